import { expect, it } from 'vitest';
import { backoffMs, defaultRetryPolicy } from './retry.ts';

it('doubles from two seconds up to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((used) => backoffMs(defaultRetryPolicy, used, 0.3))).toEqual([
    2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ]);
});

it('draws the wait between zero and the full one with jitter', () => {
  const policy = { ...defaultRetryPolicy, jitter: 'full' } as const;
  expect([0, 0.25, 0.5].map((random) => backoffMs(policy, 2, random))).toEqual([0, 1_000, 2_000]);
});
