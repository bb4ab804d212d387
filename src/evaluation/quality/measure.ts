import { changeSize, type Change } from '../../domain/change.ts';
import type { CoverageEvidence } from '../../domain/evidence.ts';
import type { QualityEvidence } from '../../domain/score.ts';
import { isCode, isTestFile } from '../integrity/files.ts';
import { addedLines } from './added-lines.ts';
import { unexecutedOf } from './unexecuted.ts';

export interface QualityRequest {
  readonly change: Change;
  /** Its unified diff. */
  readonly patch: string;
  /** The text of a file at the base and at the commit that is judged; undefined when there is no regular file. */
  readonly before: (path: string) => Promise<string | undefined>;
  readonly after: (path: string) => Promise<string | undefined>;
  readonly coverage?: CoverageEvidence | undefined;
  /** Files of the base that may have been copied from, beside those that changed; a world's own neighbours are enough. */
  readonly others?: readonly { readonly path: string; readonly text: string }[];
}

/**
 * Measures a change: its size, and of its source files (no tests) the decisions added, the added lines that are copies, and those that no
 * test ran. JavaScript and TypeScript are parsed; of other languages, and of what cannot be parsed, the words that make branches are
 * counted in the lines added.
 */
export async function measureQuality({ change, patch, before, after, coverage, others = [] }: QualityRequest): Promise<QualityEvidence> {
  const added = addedLines(patch);
  const sources = change.files.filter(({ path, status }) => status !== 'deleted' && isCode(path) && !isTestFile(path));
  const gone = change.files.filter(({ path, status }) => status === 'deleted' && isCode(path) && !isTestFile(path));
  const size = changeSize(change);
  if (sources.length + gone.length === 0) return { size, branches: 0, duplicated: 0, added: 0 };
  // Parsing JavaScript takes a large library: loaded only for a change of source files.
  const [{ branchesInText, decisionsAdded }, { duplicatedLines }] = await Promise.all([
    import('./complexity.ts'),
    import('./duplication.ts'),
  ]);
  const files = await Promise.all(
    sources.map(async ({ path, from, status }) => {
      const text = (await after(path)) ?? '';
      const lines = added.get(path) ?? [];
      const old = status === 'added' ? undefined : await before(from ?? path);
      const parsed = decisionsAdded(old, text, path);
      return {
        path,
        text,
        lines,
        branches:
          parsed ??
          branchesInText(
            lines.map((line) => line.text),
            path,
          ),
      };
    }),
  );
  const lost = await Promise.all(gone.map(async ({ path }) => decisionsAdded(undefined, (await before(path)) ?? '', path) ?? 0));
  const branches = files.reduce((sum, file) => sum + file.branches, 0) - lost.reduce((sum, count) => sum + count, 0);
  const changed = new Set(change.files.flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]));
  const texts = [
    ...others.filter(({ path }) => !changed.has(path)).map((other) => ({ ...other, added: new Set<number>() })),
    ...files.map(({ path, text, lines }) => ({ path, text, added: new Set(lines.map(({ line }) => line)) })),
  ];
  const unexecuted = unexecutedOf(patch, coverage);
  return {
    size,
    branches: Math.max(0, branches),
    duplicated: duplicatedLines(texts),
    added: files.reduce((sum, file) => sum + file.lines.length, 0),
    ...(unexecuted === undefined ? {} : { unexecuted }),
  };
}
