import { expect, test } from 'vitest';
import { grouped } from './grouped.ts';

test.each([0, 7, 999, 1_000, 12_345, 999_999, 1_000_000, 9_007_199_254_740_991, -1_234])(
  '%i is written as the language writes it',
  (number) => {
    expect(grouped(number)).toBe(number.toLocaleString('en'));
  },
);
