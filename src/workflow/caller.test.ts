import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import { configSchema } from '../domain/config.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { WorldPlan } from '../domain/world.ts';
import { callerOf, roleCaller } from './caller.ts';
import type { WorldRunPayload } from './task-types.ts';

async function stand(budget: object = {}) {
  const opened = await workflowStand({ 'a.txt': 'a\n' });
  const background = await opened.tools.ledger.keep({ fence: 'the-fence' });
  const given = opened.context(1, { implementTaskId: 'implement', background } as unknown as WorldRunPayload);
  const attributes = { ...(given.attributes as RunAttributes), config: configSchema.parse({ budget }), approveAll: true };
  const told: unknown[] = [];
  return {
    ...opened,
    told,
    context: { ...given, attributes, progress: (data: unknown) => void told.push(data) },
    [Symbol.asyncDispose]: async () => await opened[Symbol.asyncDispose](),
  };
}

const world = { name: 'beta', stance: 'balanced', timeoutMs: 1, costMicroUsd: 250_000, agent: { name: 'repair' } } as unknown as WorldPlan;

test('an agent counts against the budgets of its world, its task, its run and the month', async () => {
  await using here = await stand({ issueUsd: 3, taskUsd: 1, monthUsd: 20 });
  const { jobId, taskId } = here.context;
  const caller = await callerOf(here.tools, here.context, { purpose: 'agent', planTask: 'task-2', world, round: 3 });
  expect(caller).toMatchObject({
    jobId,
    taskId,
    planTask: 'task-2',
    world: 'beta',
    purpose: 'agent',
    cacheScope: `${jobId}/task-2/beta/3`,
  });
  expect(caller.limits).toEqual([
    { scope: 'world', key: taskId, limitMicroUsd: 250_000 },
    { scope: 'task', key: 'implement', limitMicroUsd: 1_000_000 },
    { scope: 'run', key: jobId, limitMicroUsd: 3_000_000 },
    { scope: 'month', key: '2026-01', limitMicroUsd: 20_000_000 },
  ]);
  expect(caller.incidental).toEqual(['the-fence', expect.stringMatching(/\/worlds\/run_.*\/beta$/)]);
});

test('answers are shared where a world always takes the likeliest, and among roles', async () => {
  await using here = await stand();
  const likeliest = { ...world, agent: { name: 'model', temperature: 0 } } as unknown as WorldPlan;
  const request = { purpose: 'agent', planTask: 'task-1', round: 1 } as const;
  expect((await callerOf(here.tools, here.context, { ...request, world: likeliest })).cacheScope).toBe('shared');
  const role = roleCaller(here.tools, here.context, { purpose: 'judge', incidental: ['x'] });
  expect(role).toMatchObject({ cacheScope: 'shared', purpose: 'judge', world: undefined, planTask: undefined, incidental: ['x'] });
  expect(role.limits.map(({ scope }) => scope)).toEqual(['run', 'month']);
});

test('a budget is asked about once, with its figures, and what happens meanwhile is told', async () => {
  await using here = await stand();
  const caller = roleCaller(here.tools, here.context, { purpose: 'plan', incidental: [] });
  const stand_ = {
    scope: 'run',
    key: here.context.jobId,
    limitMicroUsd: 5_000_000,
    spentMicroUsd: 4_000_000,
    reservedMicroUsd: 550_000,
    released: false,
  } as const;
  const { signal } = new AbortController();
  expect(await caller.askToGoOn(stand_, signal)).toBe(true);
  const { jobId, taskId } = here.context;
  const asked = await here.tools.ledger.questions.ask({ jobId, taskId, key: `budget:run:${jobId}`, text: 'other' });
  expect(asked).toMatchObject({
    text: expect.stringContaining('4.55 of 5.00 USD of the budget of this run'),
    answer: { approved: true, by: '--yes' },
  });
  caller.onEvent({ type: 'waiting', forMs: 1_200, why: 'too much at once' });
  caller.onEvent({ type: 'budget', at: 'warn', stand: stand_ });
  caller.onEvent({ type: 'waiting', forMs: 30_000, why: 'too much at once' });
  // What takes a while, or matters, is told wherever the run is watched; the rest in the picture alone.
  expect(here.told).toEqual([
    'waiting 2 s: too much at once',
    { notice: '4.55 of 5.00 USD of the budget of this run may be used up, 0.55 of it by calls under way' },
    { notice: 'waiting 30 s: too much at once' },
  ]);
});
