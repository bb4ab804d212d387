import type { CoverageEvidence } from '../../../domain/evidence.ts';

/** Which lines of one file can run, and which did; both in order, from 1. */
export type CoveredFile = Extract<CoverageEvidence, { readonly kind: 'measured' }>['files'][number];

/** No file of people's is longer. */
const longestFile = 10_000_000;

/** Collects lines of files, in whatever order they are told; a line that ran once, ran. */
export function coverage() {
  const files = new Map<string, Map<number, boolean>>();
  return {
    add(path: string, line: number, hits: number): void {
      if (!Number.isInteger(line) || line < 1 || line > longestFile || Number.isNaN(hits)) return;
      const lines = files.get(path) ?? new Map<number, boolean>();
      files.set(path, lines);
      lines.set(line, hits > 0 || lines.get(line) === true);
    },
    files(): CoveredFile[] {
      return [...files].map(([path, lines]) => {
        const executable = [...lines.keys()].toSorted((one, other) => one - other);
        return { path, executable, executed: executable.filter((line) => lines.get(line) === true) };
      });
    },
  };
}
