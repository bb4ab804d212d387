import { expect, it } from 'vitest';
import { backoffMs, defaultRetryPolicy } from './retry.ts';

it('doubles from two seconds up to a minute, without jitter', () => {
  expect(defaultRetryPolicy).toStrictEqual({ baseMs: 2_000, factor: 2, capMs: 60_000, jitter: 'none' });
  expect([1, 2, 3, 4, 5, 6, 7].map((used) => backoffMs(defaultRetryPolicy, used, 0.3))).toEqual([
    2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ]);
});

it('does what another policy says', () => {
  expect([1, 2, 3, 4].map((used) => backoffMs({ baseMs: 10, factor: 3, capMs: 100, jitter: 'none' }, used, 0.3))).toEqual([
    10, 30, 90, 100,
  ]);
});

it('draws the wait between zero and the full one with jitter, in whole milliseconds', () => {
  const policy = { ...defaultRetryPolicy, jitter: 'full' } as const;
  expect([0, 0.25, 0.5, 0.333_33].map((random) => backoffMs(policy, 2, random))).toEqual([0, 1_000, 2_000, 1_333]);
  expect(backoffMs(policy, 100, 0.5)).toBe(30_000);
});
