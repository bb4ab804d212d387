import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { abortAfter } from './time-limit.ts';

const day = 24 * 3_600_000;

describe('the time limit of an attempt', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([1, 2 ** 31 - 1, 2 ** 31, 90 * day])('of %d ms aborts it then, and not before', (ms) => {
    const abort = new AbortController();
    using _limit = abortAfter({ ms, reason: 'too long' }, abort);
    vi.advanceTimersByTime(ms - 1);
    expect(abort.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(abort.signal.reason).toMatchObject({ why: 'time-limit', message: 'too long' });
  });

  it('leaves no timer behind that was not needed', () => {
    const abort = new AbortController();
    {
      using _limit = abortAfter({ ms: 90 * day, reason: 'too long' }, abort);
      vi.advanceTimersByTime(60 * day);
    }
    expect(vi.getTimerCount()).toBe(0);
    expect(abort.signal.aborted).toBe(false);
  });
});
