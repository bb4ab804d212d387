import { copyFileSync, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { WorkerCase } from '../warm/messages.ts';
import type { ColdProject } from './run-cold.ts';

/** What each of several candidates did when they were run together, by its number; files of tests as they are called in the project. */
export type BatchRun =
  | { readonly kind: 'ran'; readonly cases: ReadonlyMap<number, readonly WorkerCase[]> }
  | { readonly kind: 'died'; readonly reason: string };

/**
 * Runs tests once for each of these numbers, all in one process: every number has copies of the files of tests, by whose names
 * `probe.cjs` knows in each of them which candidate is meant.
 *
 * @param files relative paths of files of tests.
 */
export async function runBatch(
  project: ColdProject,
  files: readonly string[],
  picks: readonly number[],
  limitMs: number,
): Promise<BatchRun> {
  const copies = picks.flatMap((pick) => files.map((file) => copyOf(project.directory, file, pick)));
  const run = await project.run(copies, limitMs, 'together');
  if (run.kind === 'died') return run;
  const cases = new Map<number, WorkerCase[]>(picks.map((pick) => [pick, []]));
  for (const each of run.cases) {
    const { file, pick } = originalOf(project.relative(each.file));
    if (pick !== undefined) cases.get(pick)?.push({ ...each, file });
  }
  return { kind: 'ran', cases };
}

/** Beside the file itself, so that what it imports is where it looks for it. Copies stay: the next batch has the same. */
function copyOf(directory: string, file: string, pick: number): string {
  const copy = nameOfCopy(file, pick);
  if (!existsSync(join(directory, copy))) {
    copyFileSync(join(directory, file), join(directory, copy));
    const snapshots = join(directory, dirname(file), '__snapshots__');
    const own = join(snapshots, `${basename(file)}.snap`);
    if (existsSync(own)) copyFileSync(own, join(snapshots, `${basename(copy)}.snap`));
  }
  return copy;
}

/** The endings by which runners know files of tests stay as they are, and so does how the name begins. */
function nameOfCopy(file: string, pick: number): string {
  const name = basename(file);
  const dot = name.indexOf('.', 1);
  const copy = dot === -1 ? `${name}.miyabi${pick}` : `${name.slice(0, dot)}.miyabi${pick}${name.slice(dot)}`;
  return join(dirname(file), copy);
}

function originalOf(copy: string): { readonly file: string; readonly pick: number | undefined } {
  const found = /\.miyabi(\d+)(?=\.|$)/.exec(basename(copy));
  if (found === null) return { file: copy, pick: undefined };
  return { file: join(dirname(copy), basename(copy).replace(found[0], '')), pick: Number(found[1]) };
}
