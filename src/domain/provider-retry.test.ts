import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ProviderFailure } from './provider-failure.ts';
import { decideProviderRetry } from './provider-retry.ts';

const message = 'as the provider says it';
const again = (failure: ProviderFailure, asked: number, random = 0.999_999) =>
  decideProviderRetry(failure, asked, { random, now: 1_000_000 });

test('the waits are 1, 2 and 4 seconds, then it is given up', () => {
  const failure: ProviderFailure = { kind: 'network', message };
  expect([0, 1, 2].map((asked) => again(failure, asked))).toEqual([
    { kind: 'again', inMs: 1_000 },
    { kind: 'again', inMs: 2_000 },
    { kind: 'again', inMs: 4_000 },
  ]);
  expect(again(failure, 3)).toEqual({ kind: 'give-up', failure });
});

test('no wait of ours is longer than the longest, however often it was asked', () => {
  const policy = { retries: 20, baseMs: 1_000, factor: 2, capMs: 60_000, floor: 0.5 };
  const wait = (asked: number) => decideProviderRetry({ kind: 'network', message }, asked, { random: 0.999_999, now: 0 }, policy);
  expect([5, 6, 19].map(wait)).toEqual([32_000, 60_000, 60_000].map((inMs) => ({ kind: 'again', inMs })));
});

test('at least half of a wait is always waited, and never more than all of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (asked, random) => {
      const retry = again({ kind: 'unavailable', retryAfterMs: undefined, message }, asked, random);
      const full = 1_000 * 2 ** asked;
      expect(retry.kind === 'again' && retry.inMs >= full / 2 && retry.inMs <= full).toBe(true);
    }),
  );
});

test('what the provider asks us to wait is waited, also where it is longer than the wait of ours', () => {
  expect(again({ kind: 'throttled', retryAfterMs: 30_000, message }, 0)).toEqual({ kind: 'again', inMs: 30_000 });
  expect(again({ kind: 'throttled', retryAfterMs: 60_000, message }, 0)).toEqual({ kind: 'again', inMs: 60_000 });
  expect(again({ kind: 'throttled', retryAfterMs: 200, message }, 0, 0)).toEqual({ kind: 'again', inMs: 500 });
});

test('a throttle of more than a minute is an account that is used up until then', () => {
  expect(again({ kind: 'throttled', retryAfterMs: 3_600_000, message }, 0)).toEqual({
    kind: 'give-up',
    failure: { kind: 'used-up', resetsAt: 4_600_000, message },
  });
});

test('a provider that is away for more than a minute is not waited for', () => {
  const failure: ProviderFailure = { kind: 'unavailable', retryAfterMs: 60_001, message };
  expect(again(failure, 0)).toEqual({ kind: 'give-up', failure });
});

const final: readonly ProviderFailure[] = [
  { kind: 'used-up', resetsAt: undefined, message },
  { kind: 'no-key', message },
  { kind: 'wrong-key', message },
  { kind: 'unknown-model', message },
  { kind: 'refused', message },
  { kind: 'unreadable', message },
];
test.each(final)('$kind is not asked again', (failure) => {
  expect(again(failure, 0)).toEqual({ kind: 'give-up', failure });
});
