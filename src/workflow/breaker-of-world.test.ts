import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { WorkflowStand } from '../../test/support/workflow-stand.ts';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { Choice } from '../domain/choice.ts';
import { configSchema } from '../domain/config.ts';
import type { CommitId, TaskId } from '../domain/ids.ts';
import type { WorldStatus } from '../domain/world.ts';
import { planWorlds } from '../domain/world-plans.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { reportChoice, withBreaker } from './breaker-of-world.ts';
import type { WorldRunPayload, WorldRunResult } from './task-types.ts';

const [alpha, beta] = planWorlds(configSchema.parse({}), { protocolOf: () => undefined });
const common = { world: { name: 'alpha' as const }, summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 1 };
const failed: WorldRunResult = { ...common, kind: 'ended', status: 'failed', reason: 'it changed nothing' };
const harvested: WorldRunResult = { ...common, kind: 'harvested', commit: 'a'.repeat(40) as CommitId, change: { files: [] } };

let stand: WorkflowStand;

beforeAll(async () => {
  stand = await workflowStand({ 'README.md': 'small\n' });
});

afterAll(async () => await stand[Symbol.asyncDispose]());

// Each test begins with the breakers as they are after a while in which all went well.
beforeEach(async () => {
  for (const known of await stand.tools.ledger.breakers.list()) {
    stand.pass(3_600_000);
    for (const holder of ['one', 'two']) {
      const settings = { failures: 5, coolMs: 60_000, successes: 2 };
      await stand.tools.ledger.breakers.admit(known, { holder, forMs: 1 }, settings);
      await stand.tools.ledger.breakers.report(known, { holder, outcome: 'success' }, settings);
    }
  }
});

function worldOf(taskId: string, world = alpha!): TaskContext<WorldRunPayload> {
  const payload: WorldRunPayload = { base: 'a'.repeat(40) as CommitId, checks: 'c', planTask: 'p', implementTaskId: 'i', round: 1, world };
  return { ...stand.context(1, payload), taskId: taskId as TaskId };
}

async function failTimes(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) await withBreaker(stand.tools, worldOf(`failed-${turn}`), async () => failed);
}

function choiceOf(status: WorldStatus): Choice {
  const verdict = { score: undefined, size: undefined, files: [], fixed: [], broken: [], against: [], summary: '', commit: undefined };
  const rest = { stance: '', sameChange: [], costMicroUsd: 0, durationMs: 0 };
  return { kind: 'none-passed', reason: '', caveats: [], verdicts: [{ ...verdict, ...rest, world: 'alpha', status }] };
}

async function chosen(taskId: string, result: WorldRunResult, status: WorldStatus): Promise<void> {
  const ran = { taskId: taskId as TaskId, key: 'alpha.run', type: 'miyabi.world.run', end: { state: 'succeeded', result } } as const;
  await reportChoice(stand.tools, { ...stand.context(1, {}), dependencies: [ran] }, choiceOf(status));
}

test('a configuration that failed five times in a row is left out, by name and time, and others are not', async () => {
  await failTimes(5);
  const never = () => Promise.reject(new Error('it must not be lived'));
  const from = new Date(stand.tools.clock.now() + 60_000).toISOString().replace('.000Z', 'Z');
  expect(await withBreaker(stand.tools, worldOf('sixth'), never)).toMatchObject({
    kind: 'ended',
    status: 'skipped',
    reason: `"repair, conservative" failed too often in a row, and is tried again from ${from} on`,
    costMicroUsd: 0,
  });
  expect(await withBreaker(stand.tools, worldOf('other', beta), async () => harvested)).toMatchObject(harvested);
});

test('after the cool-down one world tries it, and two that the choice finds good close it', async () => {
  await failTimes(5);
  stand.pass(60_000);
  for (const holder of ['first', 'second']) {
    const tried = await withBreaker(stand.tools, worldOf(holder), async () => harvested);
    expect(tried).toMatchObject(harvested);
    expect(await withBreaker(stand.tools, worldOf('meanwhile'), async () => harvested)).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('another world is trying it again'),
    });
    await chosen(holder, tried, 'success');
  }
  expect(await stand.tools.ledger.breakers.list()).toEqual([]);
});

test('a change that fails in the choice counts as a failure, once for each world', async () => {
  await failTimes(4);
  await chosen('failed-3', failed, 'failed');
  expect(await stand.tools.ledger.breakers.list()).toMatchObject([{ circuit: { kind: 'closed', failures: 4 } }]);
  const fifth = await withBreaker(stand.tools, worldOf('fifth'), async () => harvested);
  await chosen('fifth', fifth, 'failed');
  expect(await stand.tools.ledger.breakers.list()).toMatchObject([{ name: 'repair, conservative', circuit: { kind: 'open' } }]);
});

test('what was cut off or cancelled counts for nothing, and lets another world try', async () => {
  await failTimes(5);
  stand.pass(60_000);
  const cut = withBreaker(stand.tools, worldOf('cut'), () => Promise.reject(new Error('aborted')));
  await expect(cut).rejects.toThrow('aborted');
  expect(await withBreaker(stand.tools, worldOf('next'), async () => ({ ...failed, status: 'cancelled' }))).toMatchObject({
    status: 'cancelled',
  });
  expect(await withBreaker(stand.tools, worldOf('last'), async () => ({ ...failed, status: 'timeout' }))).toMatchObject({
    status: 'timeout',
  });
  expect(await stand.tools.ledger.breakers.list()).toMatchObject([{ circuit: { kind: 'open', since: stand.tools.clock.now() } }]);
});

test('a search that found nothing to offer has not failed, however often', async () => {
  const nothing: WorldRunResult = { ...failed, stop: 'nothing-to-offer', reason: 'none of 400 candidates passes' };
  for (let turn = 0; turn < 6; turn += 1) await withBreaker(stand.tools, worldOf(`nothing-${turn}`), async () => nothing);
  expect(await withBreaker(stand.tools, worldOf('after-nothing'), async () => nothing)).toMatchObject({ status: 'failed' });
});
