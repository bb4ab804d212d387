import fc from 'fast-check';
import { expect, it } from 'vitest';
import { admitMoney, mayHaveRoomLater, monthKey, noMoney, standOf } from './money-scope.ts';
import type { Budget, MoneySums } from './money-scope.ts';

const budget = (limitMicroUsd: number, sums: Partial<MoneySums> = {}): Budget => ({
  limit: { scope: 'run', key: 'one', limitMicroUsd },
  sums: { ...noMoney, ...sums },
});

it.each([
  [89, 0, 'admitted'],
  [0, 89, 'admitted'],
  [90, 0, 'paused'],
  [40, 50, 'paused'],
  [100, 0, 'stopped'],
  [60, 41, 'stopped'],
] as const)('with %i of 100 spent and %i reserved, a call is %s', (spentMicroUsd, reservedMicroUsd, kind) => {
  expect(admitMoney([budget(100, { spentMicroUsd, reservedMicroUsd })], 5).kind).toBe(kind);
});

it('what a person has released is used up to its end, and no further', () => {
  expect(admitMoney([budget(100, { spentMicroUsd: 99, released: true })], 5).kind).toBe('admitted');
  expect(admitMoney([budget(100, { spentMicroUsd: 100, released: true })], 5).kind).toBe('stopped');
});

it('the strictest of all budgets decides, and is named', () => {
  const [paused, stopped] = [budget(100, { spentMicroUsd: 95 }), budget(50, { spentMicroUsd: 50 })];
  expect(admitMoney([budget(1_000), paused, stopped], 5)).toMatchObject({ kind: 'stopped', stand: { limitMicroUsd: 50 } });
  expect(admitMoney([budget(1_000), paused], 5)).toMatchObject({ kind: 'paused', stand: { limitMicroUsd: 100 } });
});

it('a call that cannot cost anything is let through by every budget', () => {
  expect(admitMoney([budget(0), budget(10, { spentMicroUsd: 20 })], 0)).toEqual({ kind: 'admitted', warned: [] });
  expect(admitMoney([budget(0)], 1).kind).toBe('stopped');
});

it('a budget that is nearly used up is told once for each limit', () => {
  expect(admitMoney([budget(100, { spentMicroUsd: 69 })], 5)).toEqual({ kind: 'admitted', warned: [] });
  const told = { kind: 'admitted', warned: [{ spentMicroUsd: 70, reservedMicroUsd: 5, limitMicroUsd: 100 }] };
  expect(admitMoney([budget(100, { spentMicroUsd: 70 })], 5)).toMatchObject(told);
  expect(admitMoney([budget(100, { spentMicroUsd: 69, reservedMicroUsd: 20 })], 5)).toMatchObject({ warned: [] });
  expect(admitMoney([budget(100, { spentMicroUsd: 70, warnedMicroUsd: 100 })], 5)).toMatchObject({ warned: [] });
  expect(admitMoney([budget(200, { spentMicroUsd: 150, warnedMicroUsd: 100 })], 5)).toMatchObject({ warned: [{ limitMicroUsd: 200 }] });
});

it('the limit that is given counts, whatever it was before', () => {
  const sums = { ...noMoney, spentMicroUsd: 95 };
  expect(admitMoney([{ limit: budget(100).limit, sums }], 5).kind).toBe('paused');
  expect(admitMoney([{ limit: budget(200).limit, sums }], 5).kind).toBe('admitted');
});

it('no interleaving of callers exceeds a budget by more than the highest cost of one call', () => {
  const step = fc.record({ caller: fc.nat(9), most: fc.integer({ min: 1, max: 60 }), share: fc.integer({ min: 0, max: 100 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 0, max: 300 }), fc.boolean(), (steps, limit, released) => {
      const open = new Map<number, number>();
      let sums: MoneySums = { ...noMoney, released };
      for (const { caller, most, share } of steps) {
        const reserved = open.get(caller);
        if (reserved === undefined) {
          if (admitMoney([budget(limit, sums)], most).kind !== 'admitted') continue;
          open.set(caller, most);
          sums = { ...sums, reservedMicroUsd: sums.reservedMicroUsd + most };
        } else {
          open.delete(caller);
          const spent = sums.spentMicroUsd + Math.floor((reserved * share) / 100);
          sums = { ...sums, spentMicroUsd: spent, reservedMicroUsd: sums.reservedMicroUsd - reserved };
        }
        expect(sums.spentMicroUsd + sums.reservedMicroUsd).toBeLessThanOrEqual(limit + 60);
      }
    }),
  );
});

it.each([
  [0, 100, false, true],
  [89, 20, false, true],
  [90, 20, false, false],
  [90, 20, true, true],
  [100, 20, true, false],
  [95, 0, true, false],
] as const)(
  'a budget of 100 with %i spent, %i reserved and released: %s has room later: %s',
  (spentMicroUsd, reservedMicroUsd, released, later) => {
    expect(mayHaveRoomLater(standOf(budget(100, { spentMicroUsd, reservedMicroUsd, released })))).toBe(later);
  },
);

it('a month is one of UTC', () => {
  expect(monthKey(Date.UTC(2026, 10, 30, 23, 59, 59, 999))).toBe('2026-11');
  expect(monthKey(Date.UTC(2026, 11, 1))).toBe('2026-12');
});
