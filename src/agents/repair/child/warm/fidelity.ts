import { join, relative } from 'node:path';
import type { SearchInput } from '../../protocol.ts';
import type { FrameworkName, WorkerCase } from './messages.ts';
import type { WarmTest } from './test-oracle.ts';
import type { Worker } from './worker-process.ts';

/** What a warm run of the base showed, file by file. */
export interface WarmBase {
  /** Files (relative) whose tests ended as in their own runner. */
  readonly faithful: readonly string[];
  /** Tests that fail here as they did at the base, with the id they have there. */
  readonly failing: readonly (WarmTest & { readonly baseId: string })[];
  /** Files of the project, relative, that the failing test files load. */
  readonly loaded: readonly string[];
  /** For each file that cannot be run warm, why. */
  readonly unfaithful: readonly { readonly file: string; readonly reason: string }[];
  /** Wall time of all faithful files, in ms. */
  readonly durationMs: number;
}

const baseFuel = 200_000_000;

/**
 * Runs the base's test files warm and keeps those that end as the project's own runner said: a stand-in is
 * believed only where it has been seen to agree. Files with failing tests come first; the others as time allows.
 */
export async function examineBase(
  input: SearchInput,
  framework: FrameworkName,
  worker: Worker,
  testFiles: readonly string[],
): Promise<WarmBase> {
  const faithful: string[] = [];
  const failing: (WarmTest & { readonly baseId: string })[] = [];
  const loaded = new Set<string>();
  const unfaithful: { file: string; reason: string }[] = [];
  const failingFiles = new Set(input.cases.filter(({ id }) => input.failing.includes(id)).map(({ file }) => file));
  let durationMs = 0;
  for (const file of testFiles.toSorted((one, other) => Number(failingFiles.has(other)) - Number(failingFiles.has(one)))) {
    if (durationMs > 5000 && failing.length > 0) break;
    const start = performance.now();
    const answer = await worker.ask(
      {
        type: 'tests',
        directory: input.directory,
        framework,
        overrides: [],
        files: [join(input.directory, file)],
        fuel: baseFuel,
        testTimeoutMs: 6000,
      },
      30_000,
    );
    const run = answer.kind === 'died' ? undefined : answer.reply.runs[0];
    const reason = answer.kind === 'died' ? answer.reason : (run?.unsupported ?? disagreement(run?.cases ?? [], file, input));
    if (run === undefined || reason !== undefined) {
      unfaithful.push({ file, reason: reason ?? 'no answer' });
      continue;
    }
    durationMs += performance.now() - start;
    faithful.push(file);
    const failed = run.cases.filter(({ status }) => status === 'failed').flatMap(({ name }) => matching(name, file, input));
    failing.push(...failed.filter(({ baseId }) => input.failing.includes(baseId)));
    if (failed.length > 0) for (const path of run.loaded) loaded.add(relative(input.directory, path));
  }
  return { faithful, failing, loaded: [...loaded], unfaithful, durationMs };
}

/** The first test that ended otherwise than at the base, in a sentence. */
export function disagreement(cases: readonly WorkerCase[], file: string, input: SearchInput): string | undefined {
  const seen = new Set(cases.flatMap(({ name }) => matching(name, file, input).map(({ baseId }) => baseId)));
  const missing = input.cases.find((each) => each.file === file && input.failing.includes(each.id) && !seen.has(each.id));
  if (missing !== undefined) return `"${missing.id}" is not found here`;
  for (const { name, status, message } of cases) {
    // Both fail, and not for the same reason: a worker may start no program and write no file of the project.
    if (message?.includes('Access to this API has been restricted') === true) return `"${name}" needs what a warm process may not do`;
    const [match] = matching(name, file, input);
    if (match === undefined) {
      if (status === 'failed') return `"${name}" fails (${message ?? ''}) and is not known from the base`;
      continue;
    }
    if (input.flaky.includes(match.baseId)) continue;
    const before = input.failing.includes(match.baseId) ? 'failed' : match.status;
    if (before !== status && before !== 'skipped')
      return `"${name}" ${status} here and ${before} at the base${message === undefined ? '' : ` (${message})`}`;
  }
  return undefined;
}

/** The base's test of this name, at most one. Runners join suites and titles in their own ways, and put the file before or not. */
export function matching(name: string, file: string, input: SearchInput) {
  const wanted = plain(name);
  const found = input.cases.filter(
    (each) =>
      (each.file === undefined || each.file === file) &&
      (name === '' ? isWholeFile(each.id, file) : plain(each.id) === wanted || plain(each.id).endsWith(` ${wanted}`)),
  );
  const best = found.toSorted((one, other) => one.id.length - other.id.length)[0];
  return best === undefined ? [] : [{ file, name, baseId: best.id, status: best.status }];
}

/** Tests that stand for a file as a whole: it failed before it had told of any. */
function isWholeFile(id: string, file: string): boolean {
  return id === file || id === `${file} > (whole file)`;
}

/** A test's name without what runners do differently: how they join suites and titles, and spaces. */
export function plain(id: string): string {
  return id.replaceAll(' > ', ' ').replace(/\s+/g, ' ').trim();
}
