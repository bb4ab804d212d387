import type { Change } from '../domain/change.ts';
import type { ChecksPlan } from '../domain/checks.ts';
import type { PooledTests, TestAuthor } from '../domain/examination.ts';
import type { CommitId } from '../domain/ids.ts';
import { pooledTests } from '../evaluation/examine/run/pooled-tests.ts';
import { isTestFile } from '../evaluation/integrity/files.ts';
import type { Mirror } from '../ports/git.ts';

interface PoolRequest {
  readonly plan: ChecksPlan;
  readonly authors: readonly { readonly author: TestAuthor; readonly commit: CommitId; readonly change: Change }[];
}

/** The tests that each author wrote; the very same files of two authors are those of the first. */
export async function poolOf(mirror: Mirror, { plan, authors }: PoolRequest): Promise<readonly PooledTests[]> {
  if (plan.test === undefined) return [];
  const pool: PooledTests[] = [];
  const seen = new Set<string>();
  for (const { author, commit, change } of authors) {
    if (!change.files.some(({ path }) => isTestFile(path))) continue;
    const found = pooledTests({ author, change, objects: await mirror.objects(commit), plan });
    const tests = found === undefined ? undefined : await onlyTexts(mirror, found);
    if (tests === undefined) continue;
    const content = JSON.stringify(tests.files);
    if (!seen.has(content)) pool.push({ ...tests, commit });
    seen.add(content);
  }
  return pool;
}

/** Data that is no text is left out: a test that needs it says nothing anywhere. */
async function onlyTexts(mirror: Mirror, tests: PooledTests): Promise<PooledTests | undefined> {
  const texts = await mirror.texts(tests.files.map(({ blob }) => blob));
  const files = tests.files.filter(({ blob }) => texts.has(blob));
  const run = tests.run.filter((path) => files.some((file) => file.path === path));
  return run.length === 0 ? undefined : { ...tests, run, files };
}
