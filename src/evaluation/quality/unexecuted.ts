import type { CoverageEvidence } from '../../domain/evidence.ts';
import type { QualityEvidence } from '../../domain/score.ts';
import { addedLines } from './added-lines.ts';

/**
 * How many of the lines that a change added tests could run, and how many of those no test ran.
 *
 * @returns undefined where coverage was not measured.
 */
export function unexecutedOf(patch: string, coverage: CoverageEvidence | undefined): QualityEvidence['unexecuted'] {
  if (coverage?.kind !== 'measured') return undefined;
  const added = addedLines(patch);
  let lines = 0;
  let of = 0;
  for (const { path, executable, executed } of coverage.files) {
    const fresh = new Set((added.get(path) ?? []).map(({ line }) => line));
    const could = executable.filter((line) => fresh.has(line));
    const ran = new Set(executed);
    of += could.length;
    lines += could.filter((line) => !ran.has(line)).length;
  }
  return { lines, of };
}
