import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mannWhitney } from './mann-whitney.ts';

const values = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 30, maxLength: 60 });
const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

it('says nothing of fewer than thirty values on a side, and where all are equal', () => {
  expect(mannWhitney(upTo(29), upTo(30))).toBeUndefined();
  expect(mannWhitney(upTo(30), upTo(29))).toBeUndefined();
  expect(mannWhitney(Array<number>(30).fill(7), Array<number>(30).fill(7))).toBeUndefined();
});

it('gives the figures of an example that was worked out by hand', () => {
  // All of the first are above all of the second: U = 30 * 30, variance = 30 * 30 * 61 / 12 = 4575.
  const result = mannWhitney(upTo(30, 100), upTo(30));
  expect(result?.u).toBe(900);
  expect(result?.z).toBeCloseTo((450 - 0.5) / Math.sqrt(4575), 12);
  expect(result?.p).toBeLessThan(1e-9);
  const reversed = mannWhitney(upTo(30), upTo(30, 100));
  expect(reversed?.u).toBe(0);
  expect(reversed?.p).toBeGreaterThan(1 - 1e-7);
});

it('corrects for ties: half of the pairs of equal values count', () => {
  // Fifteen ones and fifteen twos on both sides: every rank is shared, and neither side is higher.
  const both = [...Array<number>(15).fill(1), ...Array<number>(15).fill(2)];
  expect(mannWhitney(both, both)).toEqual({ u: 450, z: 0, p: expect.closeTo(0.5, 6) as number });
});

it('counts the pairs in which the first value is higher', () => {
  fc.assert(
    fc.property(values, values, (first, second) => {
      const pairs = first.flatMap((one) => second.map((other) => (one > other ? 1 : one === other ? 0.5 : 0)));
      const counted = pairs.reduce<number>((sum, pair) => sum + pair, 0);
      const result = mannWhitney(first, second);
      expect(result?.u ?? counted).toBeCloseTo(counted, 6);
    }),
  );
});

it('finds values that were made higher no less high', () => {
  fc.assert(
    fc.property(values, values, fc.nat(100), (first, second, more) => {
      const before = mannWhitney(first, second);
      const after = mannWhitney(
        first.map((value) => value + more),
        second,
      );
      expect(after?.u ?? Infinity).toBeGreaterThanOrEqual(before?.u ?? 0);
    }),
  );
});
