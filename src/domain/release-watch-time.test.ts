import fc from 'fast-check';
import { expect, it } from 'vitest';
import { watchedMs } from './release-watch-time.ts';

it('counts from when a release serves, while somebody looks', () => {
  expect(watchedMs([], { servedAt: 1_000, at: 1_500, mostMs: 10 })).toBe(10);
  expect(watchedMs([1_005, 1_010, 1_018], { servedAt: 1_000, at: 1_020, mostMs: 10 })).toBe(20);
});

it('leaves out what lies between two looks beyond what is usual', () => {
  expect(watchedMs([1_010, 1_005, 5_000], { servedAt: 1_000, at: 9_000, mostMs: 10 })).toBe(30);
});

it('takes no look from before it served, or to come, and nothing from a clock that was put back', () => {
  expect(watchedMs([900, 1_015], { servedAt: 1_000, at: 1_010, mostMs: 10 })).toBe(10);
  expect(watchedMs([], { servedAt: 1_000, at: 900, mostMs: 10 })).toBe(0);
});

it('is never more than has passed, and no less with one more look', () => {
  const moment = fc.nat(1_000);
  fc.assert(
    fc.property(fc.array(moment), moment, moment, fc.integer({ min: 1, max: 200 }), (lookedAt, one, at, mostMs) => {
      const within = { servedAt: 0, at, mostMs };
      const watched = watchedMs(lookedAt, within);
      expect(watched).toBeLessThanOrEqual(at);
      expect(watchedMs([...lookedAt, one], within)).toBeGreaterThanOrEqual(watched);
    }),
  );
});
