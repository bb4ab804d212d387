import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trendOf } from './trend.ts';

const line = (count: number, perHour: number, noise: (index: number) => number = () => 0) =>
  Array.from({ length: count }, (_, index) => [index * 5, 100 + (perHour * index * 5) / 3_600 + noise(index)] as const);

test('a slope is found under noise and among outliers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -50, max: 50 }),
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 720, maxLength: 720 }),
      (slope, noise) => {
        const found = trendOf(
          line(720, slope, (index) => (noise[index] ?? 0) + (index % 97 === 0 ? 80 : 0)),
          0,
        );
        expect(Math.abs((found?.perHour ?? Number.NaN) - slope)).toBeLessThan(2);
      },
    ),
    { numRuns: 30 },
  );
});

test('what grows at the beginning does not count', () => {
  const warm = line(200, 0).map(([seconds, value], index) => [seconds, value - (index < 60 ? 60 - index : 0)] as const);
  expect(trendOf(warm, 300)).toEqual({ perHour: 0, first: 100, last: 100 });
  expect(trendOf(warm, 0)?.perHour).toBeGreaterThanOrEqual(0);
});

test('too little says nothing', () => {
  expect(trendOf(line(2, 1), 0)).toBeUndefined();
  expect(trendOf(line(100, 1), 10_000)).toBeUndefined();
});
