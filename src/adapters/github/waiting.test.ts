import { describe, expect, test } from 'vitest';
import { waitOf } from './waiting.ts';

const now = Date.parse('2026-01-02T03:04:05Z');
const date = new Date(now + 7_000).toUTCString();

function wait(status: number, headers: Readonly<Record<string, string>> = {}, message = '', streak = 0) {
  return waitOf({ status, headers, message }, now, streak);
}

const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

describe('GitHub asks us to wait', () => {
  test('until the limit is full again, by the clock of the server', () => {
    const reset = String(Math.floor(now / 1_000) + 97);
    const headers = { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    expect(wait(403, headers, 'API rate limit exceeded')).toEqual({ kind: 'primary', ms: 90_000 });
    expect(wait(429, headers, 'API rate limit exceeded')).toEqual({ kind: 'primary', ms: 90_000 });
  });

  test('by our own clock where the answer has no date', () => {
    const reset = String(Math.floor(now / 1_000) + 97);
    expect(wait(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })).toEqual({ kind: 'primary', ms: 97_000 });
  });

  test.each([403, 429])('for as many seconds as it says with %i, whatever else stands there', (status) => {
    const headers = { 'retry-after': '37', 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': '9999999999' };
    expect(wait(status, headers, secondary)).toEqual({ kind: 'secondary', ms: 37_000 });
    expect(wait(status, headers, 'Slow down')).toEqual({ kind: 'secondary', ms: 37_000 });
  });

  test('until a date', () => {
    const until = new Date(now + 67_000).toUTCString();
    expect(wait(429, { date, 'retry-after': until })).toEqual({ kind: 'secondary', ms: 60_000 });
  });

  test('for a minute where it says nothing, and twice as long each time it has to say it again, an hour at most', () => {
    const waits = [0, 1, 2, 10, 400].map((streak) => wait(403, { 'x-ratelimit-remaining': '4000' }, secondary, streak)?.ms);
    expect(waits).toEqual([60_000, 120_000, 240_000, 3_600_000, 3_600_000]);
    expect(wait(429)?.ms).toBe(60_000);
    expect(wait(403, {}, 'You have triggered an abuse detection mechanism.')?.ms).toBe(60_000);
  });

  test('for a second where the time is over already', () => {
    expect(wait(403, { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' })?.ms).toBe(1_000);
    expect(wait(429, { 'retry-after': '0' })?.ms).toBe(1_000);
  });

  test.each([500, 502, 503, 504])('a little when it is not well (%i), longer when it stays so', (status) => {
    expect(wait(status)).toEqual({ kind: 'unwell', ms: 5_000 });
    expect(wait(status, {}, '', 3)).toEqual({ kind: 'unwell', ms: 40_000 });
    expect(wait(status, {}, '', 30), 'but not for long').toEqual({ kind: 'unwell', ms: 300_000 });
    expect(wait(status, { 'retry-after': '120' })).toEqual({ kind: 'unwell', ms: 120_000 });
  });
});

test.each([
  [401, {}, 'Bad credentials'],
  [403, { 'x-ratelimit-remaining': '4999' }, 'Resource not accessible by integration'],
  [404, {}, 'Not Found'],
  [410, {}, 'This issue was deleted'],
  [422, {}, 'Validation Failed'],
] as const)('waiting would change nothing about %i', (status, headers, message) => {
  expect(wait(status, headers, message)).toBeUndefined();
});
