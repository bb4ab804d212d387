import { expect, it } from 'vitest';
import type { JobId, TaskId } from '../../../domain/ids.ts';
import { noUsage } from '../../../domain/model.ts';
import type { MoneyLimit } from '../../../domain/money-scope.ts';
import type { CallEnd, NewCall } from '../../../ports/model-ledger.ts';
import { openTestLedger as openOnSqlite, overLedgers } from '../../../../test/support/ledger.ts';
import { leastProcessorMs } from '../../../../test/support/processor-time.ts';

const jobId = 'job' as JobId;
const run: MoneyLimit = { scope: 'run', key: jobId, limitMicroUsd: 1_000 };
const month: MoneyLimit = { scope: 'month', key: '2026-11', limitMicroUsd: 10_000 };

let ids = 0;
function call(more: Partial<NewCall> = {}): NewCall {
  ids += 1;
  return {
    id: `call-${ids}`,
    jobId,
    taskId: 'task' as TaskId,
    planTask: 'task-1',
    world: 'alpha',
    purpose: 'agent',
    provider: 'anthropic',
    model: 'claude-sonnet-5',
    owner: 'process-1',
    mostMicroUsd: 100,
    limits: [run, month],
    ...more,
  };
}

const usage = { inputTokens: 100, outputTokens: 10, cachedTokens: 40, cacheWriteTokens: 5 };
const answered = (costMicroUsd: number, more: Partial<CallEnd> = {}): CallEnd => ({
  kind: 'answered',
  usage,
  costMicroUsd,
  priceKnown: true,
  durationMs: 12.4,
  ...more,
});

overLedgers((openTestLedger) => {
  it('reserves the most that a call can cost, and settles what it has cost, in every budget', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    const first = call();
    expect(await money.reserve(first)).toEqual({ kind: 'reserved', warned: [] });
    expect(await money.stands([run, month])).toEqual([
      { ...run, spentMicroUsd: 0, reservedMicroUsd: 100, released: false },
      { ...month, spentMicroUsd: 0, reservedMicroUsd: 100, released: false },
    ]);
    expect(await money.oldestOpen()).toEqual(expect.any(Number));
    await money.settle(first.id, answered(30));
    expect(await money.oldestOpen()).toBeUndefined();
    await money.settle(first.id, answered(99));
    await money.settle('nobody', answered(99));
    expect(await (await opened.another()).money.stands([run, month])).toMatchObject([
      { spentMicroUsd: 30, reservedMicroUsd: 0 },
      { spentMicroUsd: 30, reservedMicroUsd: 0 },
    ]);
  });

  it('reserves on all budgets or none, and names the one that says no', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    await money.reserve(call({ mostMicroUsd: 900, limits: [run] }));
    const stand = { ...run, spentMicroUsd: 0, reservedMicroUsd: 900, released: false };
    expect(await money.reserve(call())).toEqual({ kind: 'paused', stand });
    expect(await money.stands([month])).toMatchObject([{ spentMicroUsd: 0, reservedMicroUsd: 0 }]);
    expect((await money.spent({})).calls).toBe(1);
  });

  it('of many who ask at once as many get money as there is, whichever process they ask', async () => {
    await using opened = await openTestLedger();
    const ledgers = [opened.ledger, await opened.another()];
    const asked = Array.from({ length: 30 }, (_, index) => ledgers[index % 2]!.money.reserve(call({ mostMicroUsd: 200 })));
    const reservations = await Promise.all(asked);
    // Up to 90 of 100 of the limit, and one call more.
    expect(reservations.filter(({ kind }) => kind === 'reserved')).toHaveLength(5);
    expect(await opened.ledger.money.stands([run])).toMatchObject([{ reservedMicroUsd: 1_000 }]);
  });

  it('goes on behind the pause where a person has said so, up to the end', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    await money.record(call(), answered(950));
    expect((await money.reserve(call())).kind).toBe('paused');
    await money.release(run, 'ada');
    expect(await money.stands([run, month])).toMatchObject([{ released: true }, { released: false }]);
    expect((await money.reserve(call())).kind).toBe('reserved');
    expect((await money.reserve(call())).kind).toBe('stopped');
    expect((await money.reserve(call({ limits: [{ ...run, limitMicroUsd: 2_000 }, month] }))).kind).toBe('reserved');
  });

  it('a budget may be released before anything is spent of it', async () => {
    await using opened = await openTestLedger();
    await opened.ledger.money.release(run, 'ada');
    expect(await opened.ledger.money.stands([run])).toEqual([{ ...run, spentMicroUsd: 0, reservedMicroUsd: 0, released: true }]);
  });

  it('tells once that a budget is nearly used up, whichever process spends', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    const other = (await opened.another()).money;
    expect(await money.reserve(call({ mostMicroUsd: 49 }))).toMatchObject({ warned: [] });
    await money.record(call(), answered(700));
    expect(await other.reserve(call({ mostMicroUsd: 49 }))).toMatchObject({ warned: [] });
    expect(await other.reserve(call({ mostMicroUsd: 50 }))).toMatchObject({
      warned: [{ scope: 'run', spentMicroUsd: 700, reservedMicroUsd: 50 }],
    });
    expect(await money.reserve(call({ mostMicroUsd: 1 }))).toMatchObject({ warned: [] });
    const higher = [{ ...run, limitMicroUsd: 1_001 }];
    expect(await other.reserve(call({ mostMicroUsd: 51, limits: higher }))).toMatchObject({ warned: higher });
  });

  it('counts the most that a call can cost where nobody knows what it has cost', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    const broken = call();
    await money.reserve(broken);
    await money.settle(broken.id, { kind: 'unsure', usage: noUsage, costMicroUsd: 0, priceKnown: true, durationMs: 1 });
    expect(await money.stands([run])).toMatchObject([{ spentMicroUsd: 100, reservedMicroUsd: 0 }]);
    expect(await money.spent({ jobId })).toMatchObject({ calls: 1, unsure: 1, costMicroUsd: 100 });
  });

  it('records once what nobody reserved for', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    const claimed = call();
    await money.record(claimed, answered(70));
    await money.record(claimed, answered(70));
    expect(await money.stands([run])).toMatchObject([{ spentMicroUsd: 70, reservedMicroUsd: 0 }]);
    expect(await money.spent({ jobId })).toMatchObject({ calls: 1, costMicroUsd: 70 });
  });

  it('settles what dead processes had under way, and nobody else', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    await money.reserve(call({ owner: 'dead' }));
    await money.reserve(call({ owner: 'dead', limits: [month], mostMicroUsd: 7 }));
    await money.reserve(call({ owner: 'living' }));
    const isAlive = async (owner: string) => owner === 'living';
    expect(await money.settleAbandoned(isAlive)).toBe(2);
    expect(await money.settleAbandoned(isAlive)).toBe(0);
    expect(await money.stands([run, month])).toMatchObject([
      { spentMicroUsd: 100, reservedMicroUsd: 100 },
      { spentMicroUsd: 107, reservedMicroUsd: 100 },
    ]);
  });

  it('refuses a call that counts twice against one kind of budget', async () => {
    await using opened = await openTestLedger();
    await expect(opened.ledger.money.reserve(call({ limits: [run, { ...run, key: 'other' }] }))).rejects.toThrow(
      'two budgets of the kind run',
    );
  });

  it('adds up what was spent by run, world, model, purpose, day and month', async () => {
    await using opened = await openTestLedger();
    const { money } = opened.ledger;
    opened.clock.now = () => Date.UTC(2026, 9, 31, 23, 59);
    await money.record(call(), answered(10, { priceKnown: false }));
    opened.clock.now = () => Date.UTC(2026, 10, 1);
    await money.record(call({ world: 'beta', provider: 'openai', model: 'gpt-5.1' }), answered(30));
    await money.record(call({ world: 'beta' }), answered(0, { kind: 'cached', priceKnown: false }));
    opened.clock.now = () => Date.UTC(2026, 10, 21, 12);
    await money.record(call({ planTask: undefined, world: undefined, purpose: 'judge', taskId: 'other' as TaskId }), answered(5));
    await money.record(call({ jobId: 'elsewhere' as JobId, limits: [month] }), answered(1));
    await money.reserve(call({ jobId: 'elsewhere' as JobId, mostMicroUsd: 2 }));

    expect(await money.spent({})).toEqual({
      calls: 6,
      cached: 1,
      usage: { inputTokens: 400, outputTokens: 40, cachedTokens: 160, cacheWriteTokens: 20 },
      costMicroUsd: 46,
      unknownPrices: 1,
      unsure: 0,
      reservedMicroUsd: 2,
    });
    expect(await money.spent({ jobId, taskId: 'other' as TaskId })).toMatchObject({ calls: 1, costMicroUsd: 5 });
    expect(await money.spent({ jobId: 'nobody' as JobId })).toMatchObject({ calls: 0, costMicroUsd: 0, usage: noUsage });
    expect(await money.spent({ since: Date.UTC(2026, 10, 1), before: Date.UTC(2026, 10, 21) })).toMatchObject({
      calls: 2,
      costMicroUsd: 30,
    });

    const by = async (...asked: Parameters<typeof money.spentBy>) =>
      (await money.spentBy(...asked)).map(({ name, costMicroUsd }) => [name, costMicroUsd]);
    expect(await by('run', {})).toEqual([
      ['job', 45],
      ['elsewhere', 1],
    ]);
    expect(await by('world', { jobId })).toEqual([
      ['task-1/beta', 30],
      ['task-1/alpha', 10],
      ['no world', 5],
    ]);
    expect(await by('world', {})).toEqual([
      ['beta', 30],
      ['alpha', 11],
      ['no world', 5],
    ]);
    expect(await by('model', { taskId: 'task' as TaskId })).toEqual([
      ['openai/gpt-5.1', 30],
      ['anthropic/claude-sonnet-5', 11],
    ]);
    expect(await by('purpose', {})).toEqual([
      ['agent', 41],
      ['judge', 5],
    ]);
    expect(await by('day', {})).toEqual([
      ['2026-11-21', 6],
      ['2026-11-01', 30],
      ['2026-10-31', 10],
    ]);
    expect(await by('month', {})).toEqual([
      ['2026-11', 36],
      ['2026-10', 10],
    ]);
  });

  it('shows calls to people with SQL in hand', async () => {
    await using opened = await openTestLedger();
    await opened.ledger.money.reserve(call());
    expect(await opened.rows('SELECT * FROM model_calls')).toMatchObject([{ run_id: 'job', status: 'open', reserved_micro_usd: 100 }]);
  });
});

it('reserves and settles in less than a millisecond of processor time', async () => {
  await using opened = await openOnSqlite();
  const { money } = opened.ledger;
  const roomy = (['world', 'task', 'run', 'month'] as const).map((scope) => ({ scope, key: scope, limitMicroUsd: 1e12 }));
  const once = async () => {
    const next = call({ limits: roomy });
    await money.reserve(next);
    await money.settle(next.id, answered(10));
  };
  for (let turn = 0; turn < 100; turn += 1) await once();
  expect(await leastProcessorMs(100, once)).toBeLessThan(1);
});
