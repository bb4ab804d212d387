import { posix } from 'node:path';
import type { Change, FileChange } from '../../domain/change.ts';
import type { ChecksPlan } from '../../domain/checks.ts';
import { buildFileFindings, hasParts } from './build-files.ts';
import { pathFinding } from './configuration.ts';
import { holdsOnlyTests, isTestFile } from './files.ts';
import { followMoves, movesOf, replacedImport } from './imports.ts';
import { judgingOf, type Judging } from './judges.ts';
import { manifestFindings, restoredManifest } from './manifest.ts';
import type { Purpose } from './purpose.ts';

/** What a path of a checkout is put back to before anything of it is run. */
export type RestoredFile = {
  readonly path: string;
  readonly to: { readonly kind: 'base' } | { readonly kind: 'text'; readonly text: string } | { readonly kind: 'removed' };
};

interface RestoreRequest {
  readonly change: Change;
  readonly plan: ChecksPlan;
  readonly purpose?: Purpose;
  /** The text of a file at the base and at the commit that is judged; undefined when there is no regular file. */
  readonly before: (path: string) => Promise<string | undefined>;
  readonly after: (path: string) => Promise<string | undefined>;
  /** Paths of all files of the base. */
  readonly paths: () => Promise<readonly string[]>;
}

/**
 * Which files of a checkout are put back to the base, so that the base's tests, test configuration and continuous integration judge a change
 * whatever it did to them; what would take part in judging and is new is removed. In order; a path stands in it once.
 *
 * - Tests lie where they lay and say what they said. What they take from files that the change moved is taken from where those are now.
 *   Helpers that only got more, and new tests, stay: they are additions, unless they reach other tests.
 * - Configuration of runners, linters and compilers, programs of the checks, continuous integration and hooks are the base's.
 * - package.json keeps its dependencies and gets back what judges; other build files are the base's as soon as their judging parts differ.
 * - A program of the product that the checks run keeps what the change made of it, but for the parts by which it tests itself.
 * - Where the purpose is tests, those stay as the change has them, and everything else is the base's.
 */
export async function restoredFiles(request: RestoreRequest): Promise<RestoredFile[]> {
  const judging = await judgingOf(request);
  const all = await Promise.all(request.change.files.map((file) => restored(request, file, judging)));
  const byPath = new Map<string, RestoredFile>();
  // What is to be there wins over what is to go: a file may have been moved onto the place of another.
  for (const file of all.flat().sort((a, b) => Number(a.to.kind !== 'removed') - Number(b.to.kind !== 'removed')))
    byPath.set(file.path, file);
  return [...byPath.values()];
}

async function restored(request: RestoreRequest, file: FileChange, { judges, programs }: Judging): Promise<RestoredFile[]> {
  const { plan, before, after, purpose = 'code', change } = request;
  const old = file.from ?? file.path;
  const isNew = file.status === 'added';
  const judging = [...new Set([old, file.path])].some((path) => pathFinding(path, file.status, plan) !== undefined) || judges.has(old);
  if (judging && !(isNew && plan.test === undefined && /test-configuration/.test(pathFinding(file.path, file.status, plan)?.rule ?? '')))
    return putBack(file);
  if (posix.basename(file.path) === 'package.json') {
    const [then, now] = [await before(old), await after(file.path)];
    if (purpose === 'code' && manifestFindings(file.path, plan, { before: then, after: now }).length === 0) return [];
    const text = then === undefined || now === undefined ? undefined : restoredManifest(then, now);
    return text === undefined ? putBack(file) : [{ path: file.path, to: { kind: 'text', text } }];
  }
  if (hasParts(file.path)) {
    const versions = { before: isNew ? undefined : await before(old), after: await after(file.path) };
    return buildFileFindings(file.path, plan, versions).length > 0 ? putBack(file) : [];
  }
  const isTest = [old, file.path].some(isTestFile);
  const program = isTest ? undefined : programs.get(old);
  if (purpose === 'code' && program !== undefined) return await restoredProgram(request, file, program.options);
  if (purpose === 'tests') return isTest ? [] : putBack(file);
  return isTest ? await restoredTest(request, file, movesOf(change)) : [];
}

/** A program of the product that the checks run keeps what the change made of it, but for its own tests. */
async function restoredProgram({ before, after }: RestoreRequest, file: FileChange, options: readonly string[]): Promise<RestoredFile[]> {
  const { path, status } = file;
  const [then, now] = status === 'modified' ? [await before(path), await after(path)] : [];
  if (then === undefined || now === undefined) return status === 'mode' ? [] : putBack(file);
  const { ownTestFindings, withOwnTestsOfBase } = await import('./own/compare.ts');
  const versions = { path, before: then, after: now, options };
  if (ownTestFindings(versions).length > 0) return putBack(file);
  const text = withOwnTestsOfBase(versions);
  return text === undefined ? [] : [{ path, to: { kind: 'text', text } }];
}

async function restoredTest(
  { before, after }: RestoreRequest,
  file: FileChange,
  moves: ReadonlyMap<string, string>,
): Promise<RestoredFile[]> {
  // Parsing JavaScript takes a large library: loaded only for a change that touches tests.
  const { testFileFindings, reachesAllTests } = await import('./test-files.ts');
  const { path, status } = file;
  const old = file.from ?? path;
  const now = status === 'deleted' ? undefined : await after(path);
  if (status === 'added') {
    const reaches =
      testFileFindings({ file, before: undefined, after: now }).length > 0 ||
      (path.endsWith('conftest.py') && reachesAllTests(now ?? '') !== undefined);
    return reaches ? [{ path, to: { kind: 'removed' } }] : [];
  }
  const then = await before(old);
  if (then === undefined) return putBack(file);
  const followed = followMoves(then, old, moves);
  const back: RestoredFile = { path: old, to: followed === undefined ? { kind: 'base' } : { kind: 'text', text: followed } };
  const isWhole = now !== undefined && testFileFindings({ file, before: then, after: now }).length === 0;
  if (isWhole && file.from === undefined && !holdsOnlyTests(path) && !path.endsWith('conftest.py')) return [];
  // What it takes from is no longer where the base has it, and nothing was taken from the test itself.
  if (isWhole && followed === undefined && (await hasOtherSources(old, then, path, now, moves, after))) return [];
  return file.from === undefined || !isTestFile(path) ? [back] : [back, { path, to: { kind: 'removed' } }];
}

/** Whether a test rightly takes something from another file than before, in a way that no rename tells. */
async function hasOtherSources(
  old: string,
  then: string,
  path: string,
  now: string,
  moves: ReadonlyMap<string, string>,
  read: (path: string) => Promise<string | undefined>,
): Promise<boolean> {
  const specifiers = (text: string): string =>
    [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'])(\.[^"'\n]{1,300})\1|^from ([.\w]+) import/gm)]
      .map(([, , one, other]) => one ?? other)
      .toSorted((a, b) => (a ?? '').localeCompare(b ?? ''))
      .join('\n');
  if (old !== path || specifiers(then) === specifiers(now)) return false;
  return (await replacedImport({ before: { path: old, text: then }, after: { path, text: now }, moves, read })) === undefined;
}

function putBack(file: FileChange): RestoredFile[] {
  const { path, from, status } = file;
  if (status === 'added') return [{ path, to: { kind: 'removed' } }];
  const back: RestoredFile = { path: from ?? path, to: { kind: 'base' } };
  return from === undefined || from === path ? [back] : [back, { path, to: { kind: 'removed' } }];
}
