import { expect, it } from 'vitest';
import { bucketOf, percentileOf, pickedFrom } from './latency-histogram.ts';
import type { Latencies } from './latency-histogram.ts';

function counted(all: readonly number[]): Latencies {
  const latencies: Latencies = {};
  for (const ms of all) latencies[bucketOf(ms)] = (latencies[bucketOf(ms)] ?? 0) + 1;
  return latencies;
}

it.each([0.3, 1, 7, 48, 51, 250, 1_900, 60_000])('tells %d ms within two percent', (ms) => {
  const found = percentileOf([counted([ms])], 0.95) ?? 0;
  expect(Math.abs(found / ms - 1)).toBeLessThan(0.021);
});

it('finds the 95th of a hundred by its rank, over several windows', () => {
  const all = Array.from({ length: 100 }, (_, index) => (index + 1) * 10);
  const found = percentileOf([counted(all.slice(0, 30)), counted(all.slice(30))], 0.95) ?? 0;
  expect(Math.abs(found / 950 - 1)).toBeLessThan(0.021);
});

it('picks single answers evenly, and all where there are few', () => {
  const all = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const picked = pickedFrom([counted(all)], 100);
  expect(picked).toHaveLength(100);
  expect(Math.abs((picked[49] ?? 0) / 495 - 1)).toBeLessThan(0.05);
  expect(Math.abs((picked[99] ?? 0) / 995 - 1)).toBeLessThan(0.05);
  expect(pickedFrom([counted([5, 7])], 100)).toHaveLength(2);
  expect(pickedFrom([{}], 100)).toEqual([]);
});

it('has nothing to say where nothing was counted, and bounds what is out of reach', () => {
  expect(percentileOf([{}], 0.95)).toBeUndefined();
  expect(percentileOf([counted([0])], 0.95)).toBeCloseTo(0.1);
  expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(bucketOf(600_000));
});
