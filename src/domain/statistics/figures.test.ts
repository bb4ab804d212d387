import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mean, median, quantile, shareOf, wilson } from './figures.ts';

const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 40 });
const shares = fc.tuple(fc.nat(200), fc.nat(200)).map(([part, rest]) => ({ part, of: part + rest }));

it('says nothing of no values', () => {
  expect([median([]), quantile([], 0.9), mean([])]).toEqual([undefined, undefined, undefined]);
});

it('finds the middle, and what nine tenths lie below', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9)).toBe(10);
  expect(quantile([7], 0.9)).toBe(7);
});

it('has at least its share of the values at or below a quantile, whatever their order', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
      const found = quantile(list, share)!;
      expect(found).toBe(quantile(list.toReversed(), share));
      expect(list.filter((value) => value <= Math.ceil(found)).length / list.length).toBeGreaterThanOrEqual(share - 1 / list.length);
    }),
  );
});

it('counts how many of how many', () => {
  expect(shareOf([1, 2, 3, 4], (value) => value > 1)).toEqual({ part: 3, of: 4 });
});

it('gives the interval of Wilson as it stands in textbooks', () => {
  // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const tables = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const;
  for (const [part, of, low, high] of tables) {
    expect(wilson({ part, of }).low).toBeCloseTo(low, 4);
    expect(wilson({ part, of }).high).toBeCloseTo(high, 4);
  }
});

it('knows nothing of nothing, holds the share in its bounds, and is the surer the more there is', () => {
  expect(wilson({ part: 0, of: 0 })).toEqual({ low: 0, high: 1 });
  fc.assert(
    fc.property(shares, ({ part, of }) => {
      const { low, high } = wilson({ part, of });
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      if (of === 0) return;
      expect(low).toBeLessThanOrEqual(part / of);
      expect(high).toBeGreaterThanOrEqual(part / of);
      const more = wilson({ part: part * 4, of: of * 4 });
      expect(more.high - more.low).toBeLessThan(high - low);
    }),
  );
});
