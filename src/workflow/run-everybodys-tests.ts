import type { TestEvidence } from '../domain/evidence.ts';
import type { ExamColumn, PooledTests } from '../domain/examination.ts';
import { runPooled } from '../evaluation/examine/run/run-pooled.ts';
import type { Mirror } from '../ports/git.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { Checkout } from './checkout.ts';
import { runOf } from './tools.ts';

/** Runs the tests of each author on the code of a checkout, one author after the other: what one does to the place is gone before the next. */
export async function runEverybodysTests(
  context: TaskContext<unknown>,
  mirror: Mirror,
  checkout: Checkout,
  pool: readonly PooledTests[],
): Promise<ExamColumn['tests']> {
  if (pool.length === 0) return [];
  const contents = await mirror.texts(pool.flatMap(({ files }) => files.map(({ blob }) => blob)));
  const ran: { author: PooledTests['author']; evidence: TestEvidence }[] = [];
  for (const tests of pool) ran.push({ author: tests.author, evidence: await runTestsOf(context, checkout, { tests, contents }) });
  return ran;
}

/** Runs the tests of one author. @param written.contents texts of their files, by blob. */
export async function runTestsOf(
  context: TaskContext<unknown>,
  checkout: Checkout,
  { tests, contents }: { readonly tests: PooledTests; readonly contents: ReadonlyMap<string, string> },
): Promise<TestEvidence> {
  const bytes = new Map([...contents].map(([blob, text]) => [blob, Buffer.from(text)]));
  const timeoutMs = Math.round(runOf(context).config.examine.timeoutSeconds * 1000);
  return await runPooled({ setting: checkout.setting, tests, contents: bytes, timeoutMs });
}
