import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { MoneyStand } from '../domain/money-scope.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { WorldPlan } from '../domain/world.ts';
import type { AgentReport } from '../ports/agent.ts';
import type { WorldRunPayload } from './task-types.ts';
import { launchInTurn, recordClaim, watchedCaller } from './world-account.ts';

const world = { name: 'beta', agent: { name: 'command', command: 'x' } } as unknown as WorldPlan;
const planTask = { id: 'task-1' } as PlanTask;
const nothing = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 };
const some = { ...nothing, inputTokens: 1_000, outputTokens: 20 };

async function stand() {
  const opened = await workflowStand({ 'a.txt': 'a\n' });
  const context = opened.context(1, { world, round: 1, implementTaskId: 'implement' } as unknown as WorldRunPayload);
  const warnings: string[] = [];
  const { caller, outOfMoney } = await watchedCaller(opened.tools, context, {
    planTask,
    onWarning: (sentence) => void warnings.push(sentence),
  });
  const full: MoneyStand = {
    scope: 'run',
    key: context.jobId,
    limitMicroUsd: 5_000_000,
    spentMicroUsd: 4_750_000,
    reservedMicroUsd: 0,
    released: false,
  };
  return {
    tools: opened.tools,
    context,
    caller,
    outOfMoney,
    warnings,
    full,
    /** What is in the books after a program has said that of itself. */
    async claims(claimed: AgentReport['claimed']) {
      const report = { end: { kind: 'finished' }, summary: '', ...(claimed === undefined ? {} : { claimed }) } as const;
      await recordClaim(opened.tools, context, caller, report);
      return await opened.tools.ledger.money.spent({ jobId: context.jobId });
    },
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
}

test('a budget that is nearly used up is a warning that is kept; only its end is out of money', async () => {
  await using here = await stand();
  const { caller, full } = here;
  caller.onEvent({ type: 'budget', at: 'warn', stand: full });
  caller.onEvent({ type: 'budget', at: 'pause', stand: full });
  expect(here.warnings).toEqual(['4.75 of 5.00 USD of the budget of this run are used up.']);
  expect(here.outOfMoney()).toBeUndefined();
  caller.onEvent({ type: 'budget', at: 'stop', stand: { ...full, spentMicroUsd: 5_010_000 } });
  expect(here.warnings.at(-1)).toContain('nothing more is asked');
  expect(here.outOfMoney()).toBe('5.01 of 5.00 USD of the budget of this run are used up');
});

test('that calls had to wait for long is kept, once for each reason', async () => {
  await using here = await stand();
  const wait = (forMs: number, why: string): void => here.caller.onEvent({ type: 'waiting', forMs, why });
  wait(20_000, 'only 40,000 tokens are allowed in 60 s');
  wait(20_000, 'only 50 requests are allowed in 60 s');
  expect(here.warnings).toEqual([]);
  wait(20_000, 'only 40,000 tokens are allowed in 60 s');
  wait(50_000, 'only 40,000 tokens are allowed in 60 s');
  wait(30_000, 'only 50 requests are allowed in 60 s');
  expect(here.warnings).toEqual([
    'calls of models have waited for half a minute and more: only 40,000 tokens are allowed in 60 s.',
    'calls of models have waited for half a minute and more: only 50 requests are allowed in 60 s.',
  ]);
});

test('a no to the last tenth ends it, a yes does not', async () => {
  await using here = await stand();
  const { caller, full } = here;
  const { signal } = new AbortController();
  const key = (scope: string) => `budget:${scope}:${full.key}`;
  const { questions } = here.tools.ledger;
  const { jobId, taskId } = here.context;
  for (const [scope, approved] of [
    ['run', true],
    ['month', false],
  ] as const) {
    await questions.ask({ jobId, taskId, key: key(scope), text: 'May it?' });
    await questions.answer(jobId, key(scope), { approved, by: 'ada' });
  }
  expect(await caller.askToGoOn(full, signal)).toBe(true);
  expect(here.outOfMoney()).toBeUndefined();
  expect(await caller.askToGoOn({ ...full, scope: 'month' }, signal)).toBe(false);
  expect(here.outOfMoney()).toMatch(/budget of this month are used up, and nobody has said that the rest may be spent$/);
});

test('what a program says that it has spent counts against every budget of its world, once', async () => {
  await using here = await stand();
  const claimed = { usage: some, costMicroUsd: 120_000, model: 'mine' };
  for (const _ of ['first', 'again']) {
    expect(await here.claims(claimed)).toMatchObject({ calls: 1, costMicroUsd: 120_000, unknownPrices: 0, usage: some });
  }
  const stands = await here.tools.ledger.money.stands(here.caller.limits);
  expect(stands.map(({ scope, spentMicroUsd }) => [scope, spentMicroUsd])).toEqual([
    ['run', 120_000],
    ['month', 120_000],
  ]);
});

test('a price without tokens counts', async () => {
  await using here = await stand();
  expect(await here.claims({ usage: nothing, costMicroUsd: 70_000, model: undefined })).toMatchObject({ calls: 1, costMicroUsd: 70_000 });
});

test('tokens without a price are an unknown price, and a program that says nothing has made no call', async () => {
  await using here = await stand();
  expect(await here.claims(undefined)).toMatchObject({ calls: 0 });
  expect(await here.claims({ usage: nothing, costMicroUsd: undefined, model: undefined })).toMatchObject({ calls: 0 });
  expect(await here.claims({ usage: some, costMicroUsd: undefined, model: undefined })).toMatchObject({ calls: 1, unknownPrices: 1 });
});

test('programs that ask the same provider start half a second apart, others at once', async () => {
  await using here = await stand();
  const launch = async (providers: readonly string[]): Promise<number> => {
    const began = performance.now();
    await launchInTurn(here.tools, here.context, providers);
    return performance.now() - began;
  };
  expect(await launch(['anthropic'])).toBeLessThan(400);
  expect(await launch(['google'])).toBeLessThan(400);
  // Timers may come a millisecond early.
  expect(await launch(['openai', 'anthropic'])).toBeGreaterThanOrEqual(498);
  const late = { ...here.context, signal: AbortSignal.abort(new Error('cancelled')) };
  await expect(launchInTurn(here.tools, late, ['anthropic'])).rejects.toThrow();
});
