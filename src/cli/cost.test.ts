import { expect, it } from 'vitest';
import { displayId } from '../domain/ids.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { reportCost } from '../operations/cost.ts';
import type { CostQuestion } from '../operations/cost.ts';
import type { CallEnd, NewCall } from '../ports/model-ledger.ts';
import { openTestLedger } from '../../test/support/ledger.ts';
import { costLines } from './cost.ts';

const now = Date.UTC(2026, 10, 21, 12);
const jobs = ['01999999-0000-7000-8000-000000000001', '01999999-0000-7000-8000-000000000002'] as readonly string[] as readonly JobId[];
const run = {
  id: jobs[0]!,
  attributes: {
    schemaVersion: 1,
    issue: { title: 'x', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
    repositoryId: 'r',
    root: '/r',
    base: { commit: 'a'.repeat(40), name: 'main' },
    author: { name: 'a', email: 'b' },
    branchTemplate: 'miyabi/<run>',
    into: null,
    approveAll: false,
    config: resolveConfig([{ source: 'flag', origin: 'flag', values: { budget: { issueUsd: 2 } } }]).config,
  },
};
const [one, other] = jobs.map((id) => displayId('run', id));

async function stand() {
  const opened = await openTestLedger();
  opened.clock.now = () => now;
  const ownConfiguration = [{ source: 'user', origin: 'mine', values: { budget: { monthUsd: 100 } } } as const];
  const clock = { now: () => now, monotonic: () => 0 };
  const { money } = opened.ledger;
  const call = (index: number, world: string | undefined): NewCall => ({
    id: `call-${Math.random()}`,
    jobId: jobs[index]!,
    taskId: 'task' as TaskId,
    planTask: world === undefined ? undefined : 'task-1',
    world,
    purpose: world === undefined ? 'plan' : 'agent',
    provider: 'anthropic',
    model: 'claude-sonnet-5',
    owner: 'process',
    mostMicroUsd: 500_000,
    limits: [
      { scope: 'run', key: jobs[index]!, limitMicroUsd: 2_000_000 },
      { scope: 'month', key: '2026-11', limitMicroUsd: 100_000_000 },
    ],
  });
  return {
    spend: (index: number, world: string | undefined, costMicroUsd: number, more: Partial<CallEnd> = {}) => {
      const usage = { inputTokens: 1_500, outputTokens: 100, cachedTokens: 0, cacheWriteTokens: 0 };
      return money.record(call(index, world), { kind: 'answered', usage, costMicroUsd, priceKnown: true, durationMs: 1, ...more });
    },
    reserve: (index: number, world: string) => money.reserve(call(index, world)),
    report: (question: CostQuestion) => reportCost({ ledger: opened.ledger, clock, ownConfiguration }, question),
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
}

it('says in words that nothing was spent', async () => {
  await using here = await stand();
  const month = 'Budget of this month (2026-11, UTC): 0.00 of 100.00 USD (0 %).';
  expect(costLines(await here.report({ by: 'run' }))).toEqual(['No model was asked yet: nothing was spent.', month]);
  expect(costLines(await here.report({ by: 'world', run, since: now - 60_000 }))).toEqual([
    `No model was asked in ${one} since 2026-11-21 11:59: nothing was spent.`,
    `Budget of ${one}: 0.00 of 2.00 USD (0 %).`,
    month,
  ]);
});

it('shows what each run has cost, and what is not known', async () => {
  await using here = await stand();
  await here.spend(0, 'alpha', 1_000_000);
  await here.spend(0, 'beta', 250_000, { priceKnown: false });
  await here.spend(1, 'alpha', 10_000);
  await here.spend(1, 'alpha', 0, { kind: 'cached' });
  await here.spend(1, 'beta', 20_000, { kind: 'unsure' });
  await here.reserve(0, 'beta');
  expect(costLines(await here.report({ by: 'run' }))).toEqual([
    'run             calls  cached  input  output             USD',
    `${one}      3       0  3,000     200  at most 1.2500`,
    `${other}      3       1  3,000     200  at most 0.0300`,
    'together            6       1  6,000     400  at most 1.2800',
    '',
    'Budget of this month (2026-11, UTC): 1.78 of 100.00 USD (1.8 %), 0.50 of it for calls under way.',
    '1 of 6 answers (17 %) had been given before and cost nothing.',
    'One call has no known price: the highest configured one counts (`models.unknownPrice`).',
    'One call has no known end: the most that such a call can have cost counts.',
  ]);
});

it('shows what each world of a run has cost, and how full the budget of that run is', async () => {
  await using here = await stand();
  await here.spend(0, 'alpha', 1_000_000);
  await here.spend(0, undefined, 2_500);
  await here.spend(1, 'alpha', 10_000);
  const report = await here.report({ by: 'world', run });
  expect(costLines(report)).toEqual([
    'world         calls  cached  input  output     USD',
    'task-1/alpha      1       0  1,500     100  1.0000',
    'no world          1       0  1,500     100  0.0025',
    'together          2       0  3,000     200  1.0025',
    '',
    `Budget of ${one}: 1.00 of 2.00 USD (50.1 %).`,
    'Budget of this month (2026-11, UTC): 1.01 of 100.00 USD (1 %).',
  ]);
  expect(report).toMatchObject({
    type: 'cost',
    schemaVersion: 1,
    run: one,
    since: null,
    rows: [{ name: 'task-1/alpha', calls: 1, costUsd: 1, inputTokens: 1_500 }, { name: 'no world' }],
    runBudget: { name: one, spentUsd: 1.0025, limitUsd: 2, percent: 50.1 },
  });
});
