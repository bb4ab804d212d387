import { describe, expect, it } from 'vitest';
import { openLedgerAt, rowsAt } from '../../../../test/support/ledger-place.ts';
import { openTestLedger } from '../../../../test/support/ledger.ts';
import { noPostgres } from '../../../../test/support/postgres.ts';
import type { JobId, TaskId } from '../../../domain/ids.ts';
import { noUsage } from '../../../domain/model.ts';
import type { MoneyLimit } from '../../../domain/money-scope.ts';
import type { Ledger } from '../../../ports/ledger.ts';
import type { StatementRunner } from '../statement.ts';
import { lockKeys } from '../name-locks.ts';
import { serialTransactions } from './serial.ts';

it('takes the locks of names in one order, each once', () => {
  const keys = lockKeys(['b', 'a', 'c', 'a']);
  expect(keys).toEqual(lockKeys(['a', 'b', 'c']));
  expect(keys).toHaveLength(3);
  const numbers = keys.map(BigInt);
  expect(numbers.every((number, index) => number > (numbers[index - 1] ?? -(2n ** 63n) - 1n) && number < 2n ** 63n)).toBe(true);
  expect(lockKeys(['d'])).not.toEqual(lockKeys(['e']));
});

it('lets one change for each name ask for a connection, in the order of asking, and others meanwhile', async () => {
  const begun: string[] = [];
  const runner = { locks: true, send: () => undefined } as unknown as StatementRunner;
  const serial = serialTransactions({ read: async (run) => await run(runner), write: async (run) => await run(runner) });
  const start = (name: string, names: readonly string[]) => {
    const [began, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const body = async (): Promise<void> => {
      begun.push(name);
      began.resolve();
      await mayEnd.promise;
    };
    const over = serial.write(body, { serial: names });
    return { began: began.promise, end: mayEnd.resolve, over };
  };
  const [one, two, three, free] = [start('one', ['a']), start('two', ['b', 'a']), start('three', ['b']), start('free', [])];
  await Promise.all([one.began, free.began]);
  free.end();
  await free.over;
  expect(begun).toHaveLength(2);
  one.end();
  await two.began;
  expect(begun).toHaveLength(3);
  two.end();
  await three.began;
  three.end();
  await Promise.all([one.over, two.over, three.over]);
  const failing = serial.write(async () => await Promise.reject(new Error('no')), { serial: ['a'] });
  await expect(failing).rejects.toThrow('no');
  await serial.write(async () => undefined, { serial: ['a'] });
});

it('makes nobody wait where there is one writer', async () => {
  const runner = { locks: false } as unknown as StatementRunner;
  const serial = serialTransactions({ read: async (run) => await run(runner), write: async (run) => await run(runner) });
  await serial.write(async () => undefined, { serial: ['a'] });
  const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  // Each ends only once the other has begun.
  const change = async (mine: number) => {
    both[mine]?.resolve();
    await both[1 - mine]?.promise;
  };
  await Promise.all([0, 1].map((mine) => serial.write(() => change(mine), { serial: ['a'] })));
});

const reason = noPostgres();

describe.skipIf(reason !== undefined)(`on PostgreSQL${reason === undefined ? '' : ` (${reason})`}`, () => {
  it('nobody ever waits in a circle, in whatever order budgets are named and whoever ends calls', async () => {
    await using opened = await openTestLedger('PostgreSQL');
    const others = await Promise.all([openLedgerAt(opened.place), openLedgerAt(opened.place)]);
    await Promise.all(others.map(({ ledger }, index) => spend(ledger, `owner-${index}`)));
    await Promise.all(others.map((other) => other.close()));
    const sums = await opened.rows('SELECT sum(cost_micro_usd) AS cost, count(*) AS calls FROM miyabi_call');
    expect(sums).toEqual([{ cost: 400, calls: 80 }]);
    expect(await opened.rows('SELECT DISTINCT spent_micro_usd, reserved_micro_usd FROM miyabi_budget')).toEqual([
      { spent_micro_usd: 400, reserved_micro_usd: 0 },
    ]);
    const [counted] = await rowsAt(opened.place, 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
    expect(counted).toEqual({ deadlocks: 0 });
  });
});

/** Twenty calls that are ended by whoever made them, and twenty that are left behind. */
async function spend({ money }: Ledger, owner: string): Promise<void> {
  const limits: readonly MoneyLimit[] = (['world', 'task', 'run', 'month'] as const).map((scope) => ({
    scope,
    key: scope,
    limitMicroUsd: 1e9,
  }));
  const call = {
    jobId: 'job' as JobId,
    taskId: 'task' as TaskId,
    planTask: undefined,
    world: undefined,
    purpose: 'a',
    provider: 'b',
    model: 'c',
  };
  const end = { kind: 'answered', usage: noUsage, costMicroUsd: 5, priceKnown: true, durationMs: 1 } as const;
  const once = async (index: number): Promise<void> => {
    const id = `${owner}-${index}`;
    const named = index % 2 === 0 ? limits : limits.toReversed();
    await money.reserve({ ...call, id, owner: index < 20 ? owner : `dead-${index % 3}`, mostMicroUsd: 5, limits: named });
    if (index < 20) await money.settle(id, end);
    else await money.settleAbandoned(async (other) => !other.startsWith('dead'));
  };
  await Promise.all(Array.from({ length: 40 }, (_, index) => once(index)));
}
