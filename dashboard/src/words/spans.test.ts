import { expect, it } from 'vitest';
import { sinceOf, spanOf } from './spans.ts';

it('what an address says of times is taken where it is known', () => {
  expect(spanOf('7')).toBe('7');
  expect(spanOf('8')).toBe('');
  expect(spanOf(undefined)).toBe('');
});

it('a span begins at a full hour, so that the same is not asked anew each second', () => {
  const hour = 3_600_000;
  expect(sinceOf('', 0)).toBeUndefined();
  expect(sinceOf('1', 30 * hour + 5)).toBe(6 * hour);
  expect(sinceOf('1', 30 * hour + 5_000)).toBe(6 * hour);
});
