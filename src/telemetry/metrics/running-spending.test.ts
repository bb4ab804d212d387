import { expect, it } from 'vitest';
import { noUsage } from '../../domain/model.ts';
import type { Money, Spending, SpendingFilter } from '../../ports/model-ledger.ts';
import { runningSpending } from './running-spending.ts';

const hour = 3_600_000;

/** Calls of one model at these times (ms), a micro-USD each; and what was asked for of them. */
function books(calls: number[]) {
  const asked: SpendingFilter[] = [];
  const spentBy: Money['spentBy'] = async (_by, filter) => {
    asked.push(filter);
    const { since = 0, before = Number.MAX_SAFE_INTEGER } = filter;
    const count = calls.filter((at) => at >= since && at < before).length;
    if (count === 0) return [];
    const spending: Spending = {
      calls: count,
      cached: 0,
      usage: { ...noUsage, inputTokens: count },
      costMicroUsd: count,
      unknownPrices: 0,
      unsure: 0,
      reservedMicroUsd: 0,
    };
    return [{ name: 'a/b', ...spending }];
  };
  return { calls, asked, spentBy, oldestOpen: async () => undefined };
}

it('adds up every call once, and looks at old ones once', async () => {
  let now = 10 * hour;
  const { calls, asked, ...money } = books([1, hour, 9.9 * hour]);
  const read = runningSpending(money, () => now);
  expect(await read()).toEqual([expect.objectContaining({ model: 'a/b', calls: 3, costMicroUsd: 3 })]);
  calls.push(now);
  expect(await read()).toEqual([expect.objectContaining({ calls: 4, usage: { ...noUsage, inputTokens: 4 } })]);
  now += hour;
  calls.push(now);
  expect(await read()).toEqual([expect.objectContaining({ calls: 5 })]);
  expect(asked.filter(({ since }) => since === 0)).toHaveLength(1);
});

it('many that ask at once are told the same', async () => {
  const read = runningSpending(books([1, 2, 3]), () => 10 * hour);
  const answers = await Promise.all([read(), read(), read()]);
  expect(answers.map(([first]) => first?.calls)).toEqual([3, 3, 3]);
});

it('a fault of the records is of that once', async () => {
  const { spentBy, oldestOpen } = books([1]);
  let isDown = true;
  const read = runningSpending(
    { oldestOpen, spentBy: async (...args) => (isDown ? await Promise.reject(new Error('down')) : await spentBy(...args)) },
    () => 10 * hour,
  );
  await expect(read()).rejects.toThrow('down');
  isDown = false;
  expect(await read()).toEqual([expect.objectContaining({ calls: 1 })]);
});

it('a call that comes to its end hours later is counted when it does', async () => {
  let now = 10 * hour;
  const opened: number[] = [9 * hour];
  const { calls, spentBy } = books([1, 9.5 * hour]);
  const read = runningSpending({ spentBy, oldestOpen: async () => opened[0] }, () => now);
  expect(await read()).toEqual([expect.objectContaining({ calls: 2 })]);
  now += 3 * hour;
  expect(await read()).toEqual([expect.objectContaining({ calls: 2 })]);
  calls.push(opened.pop()!);
  expect(await read()).toEqual([expect.objectContaining({ calls: 3 })]);
});
