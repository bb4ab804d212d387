import { expect, it } from 'vitest';
import { watchInWords } from './watch-in-words.ts';

const watched = { environment: 'production', release: 12, watchedMs: 200_000, ofMs: 600_000, requests: 1_240, errors: 2 };

it('tells how far a watch is in one line', () => {
  expect(watchInWords(watched)).toBe('production: watching r12, 3 min of 10, 1,240 requests, 0.2 % errors');
  expect(watchInWords({ ...watched, requests: 0, errors: 0 })).toBe('production: watching r12, 3 min of 10, no requests yet');
  expect(watchInWords({ ...watched, watchedMs: 9_900, ofMs: 60_000, requests: 1, errors: 0 })).toBe(
    'production: watching r12, 9 s of 60, 1 request, 0 % errors',
  );
});

it('never shows errors as none, and no more time than it has', () => {
  expect(watchInWords({ ...watched, requests: 100_000, errors: 1 })).toMatch(/under 0\.1 % errors$/);
  expect(watchInWords({ ...watched, watchedMs: 900_000 })).toContain('10 min of 10');
});
