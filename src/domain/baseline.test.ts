import fc from 'fast-check';
import { expect, it } from 'vitest';
import { baselineOf, percentile95, picked, trafficOfChecks } from './baseline.ts';
import type { HealthCheck } from './deployment.ts';

it('takes checks for requests, and leaves out those that could not be made', () => {
  const checks: HealthCheck[] = [
    { at: 0, kind: 'healthy', ms: 900 },
    { at: 10, kind: 'healthy', ms: 5 },
    { at: 11, kind: 'unhealthy', why: 'answered 500' },
    { at: 12, kind: 'wrong-version', found: 'abc' },
    { at: 13, kind: 'measuring', why: 'no such name' },
    { at: 20, kind: 'healthy', ms: 7 },
    { at: 21, kind: 'healthy', ms: 900 },
  ];
  expect(trafficOfChecks(checks, 10, 20)).toEqual({ from: 10, to: 20, requests: 4, errors: 2, p95Ms: 7, latenciesMs: [5, 7] });
  expect(trafficOfChecks([], 0, 1)).toEqual({ from: 0, to: 1, requests: 0, errors: 0, p95Ms: undefined, latenciesMs: [] });
});

it('has the 95th percentile by nearest rank', () => {
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);
  expect(percentile95([])).toBeUndefined();
  expect(percentile95([4])).toBe(4);
  expect(percentile95(upTo(20))).toBe(19);
  expect(percentile95(upTo(100))).toBe(95);
  expect(percentile95([10, 9, 100])).toBe(100);
});

it('keeps at most two hundred latencies, evenly picked, the first among them', () => {
  fc.assert(
    fc.property(fc.nat(3_000), (count) => {
      const values = Array.from({ length: count }, (_, index) => index);
      const kept = picked(values);
      expect(kept).toHaveLength(Math.min(count, 200));
      expect(kept[0] ?? 0).toBe(0);
      const gaps = kept.slice(1).map((value, index) => value - kept[index]!);
      expect(Math.max(0, ...gaps) - Math.min(...gaps, 1e9)).toBeLessThanOrEqual(1);
    }),
  );
});

it('is kept with its source, and with latencies where the source knows them', () => {
  const window = { from: 0, to: 600_000, requests: 40, errors: 1, p95Ms: 12 };
  expect(baselineOf(window, 'the proxy')).toEqual({ requests: 40, errors: 1, p95Ms: 12, source: 'the proxy' });
  expect(baselineOf({ ...window, latenciesMs: [3, 4] }, 'our own probes')).toEqual({
    requests: 40,
    errors: 1,
    p95Ms: 12,
    source: 'our own probes',
    latenciesMs: [3, 4],
  });
});
