import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextTurn, windowEnd } from './rate-window.ts';
import type { GivenTurn, RateLimit } from './rate-window.ts';

/** The next turn behind all of those given. */
function take(given: readonly GivenTurn[], tokens: number, now: number, limit: RateLimit, heldUntil?: number): number {
  const { end, after } = windowEnd({ now, last: given.at(-1)?.at, heldUntil }, limit.windowMs);
  const within = given.filter(({ at }) => at > after);
  const window = {
    end,
    requests: within.length,
    tokens: within.reduce((sum, turn) => sum + turn.tokens, 0),
    last: within.at(-1)?.at,
  };
  const turn = nextTurn(window, within, tokens, limit);
  if (turn === undefined) throw new Error('All of the window was given.');
  return turn.at;
}

/** Whether each window (half-open) holds no more than the limits; a turn above the limit of tokens is alone in its. */
function isWithin(turns: readonly GivenTurn[], limit: RateLimit): boolean {
  return turns.every(({ at: end }) => {
    const within = turns.filter(({ at }) => at > end - limit.windowMs && at <= end);
    return within.length <= limit.requests && (within.length === 1 || within.reduce((sum, turn) => sum + turn.tokens, 0) <= limit.tokens);
  });
}

const limit: RateLimit = { requests: 3, tokens: 100, windowMs: 60 };

it('gives turns at once until the window is full, and then as they leave it', () => {
  const given: GivenTurn[] = [];
  for (const now of [0, 10, 20, 30, 30, 30]) given.push({ at: take(given, 1, now, limit), tokens: 1 });
  expect(given.map(({ at }) => at)).toEqual([0, 10, 20, 60, 70, 80]);
});

it('counts tokens as it counts requests', () => {
  expect(take([{ at: 0, tokens: 60 }], 40, 5, limit)).toBe(5);
  expect(take([{ at: 0, tokens: 60 }], 41, 5, limit)).toBe(60);
});

it('gives one that is larger than the limit a window of its own', () => {
  expect(take([], 500, 5, limit)).toBe(5);
  expect(take([{ at: 0, tokens: 1 }], 500, 5, limit)).toBe(60);
  expect(take([{ at: 0, tokens: 500 }], 1, 5, limit)).toBe(60);
});

it('gives no turn before one that was given, nor before the end of a hold', () => {
  expect(take([{ at: 40, tokens: 100 }], 0, 5, limit)).toBe(40);
  expect(take([], 1, 5, limit, 33)).toBe(33);
  expect(take([{ at: 40, tokens: 1 }], 1, 5, limit, 33)).toBe(40);
});

it('asks for more turns where those at hand are not enough', () => {
  const window = { end: 10, requests: 3, tokens: 90, last: 9 };
  expect(nextTurn(window, [], 1, limit)).toBeUndefined();
  expect(nextTurn(window, [{ at: 3, tokens: 10 }], 1, limit)).toEqual({ at: 63, because: 'requests' });
  expect(nextTurn(window, [{ at: 3, tokens: 10 }], 90, limit)).toBeUndefined();
});

it('is never over a limit, and never later than it must be', () => {
  const asked = fc.record({ afterMs: fc.nat(40), tokens: fc.nat(130) });
  const limits = fc.record({
    requests: fc.integer({ min: 1, max: 5 }),
    tokens: fc.integer({ min: 1, max: 150 }),
    windowMs: fc.constant(60),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 25 }), limits, (requests, limitOf) => {
      const given: GivenTurn[] = [];
      let now = 0;
      for (const { afterMs, tokens } of requests) {
        now += afterMs;
        const at = take(given, tokens, now, limitOf);
        const earliest = Math.max(now, given.at(-1)?.at ?? 0);
        expect(at).toBeGreaterThanOrEqual(earliest);
        expect(isWithin([...given, { at, tokens }], limitOf)).toBe(true);
        // Any turn earlier by a millisecond breaks a limit, so this is the first one.
        expect(at === earliest || !isWithin([...given, { at: at - 1, tokens }], limitOf)).toBe(true);
        given.push({ at, tokens });
      }
    }),
  );
});
