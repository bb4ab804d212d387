import { expect, it } from 'vitest';
import { createTraffic, trafficSchema } from './traffic.ts';

const at = 1_000_000_000_000;

it('counts the requests of each release apart, and each once in windows that follow on one another', () => {
  const traffic = createTraffic();
  for (let second = 0; second < 60; second += 1) {
    traffic.add(1, at + second * 1_000, { kind: 'answered', ms: 10 });
    traffic.add(2, at + second * 1_000, second % 4 === 0 ? { kind: 'failed' } : { kind: 'answered', ms: 200 });
  }
  const parts = [0, 13_000, 21_500, 60_000].map((from) => at + from);
  const found = parts.slice(0, -1).map((from, index) => traffic.between(2, from, parts[index + 1] ?? 0));
  expect(found.reduce((sum, { requests }) => sum + requests, 0)).toBe(60);
  expect(found.reduce((sum, { errors }) => sum + errors, 0)).toBe(15);
  expect(traffic.between(1, at, at + 60_000)).toMatchObject({ requests: 60, errors: 0 });
  expect(traffic.between(2, at, at + 60_000).p95Ms).toBeGreaterThan(195);
  expect(traffic.between(3, at, at + 60_000)).toEqual({
    from: at,
    to: at + 60_000,
    requests: 0,
    errors: 0,
    p95Ms: undefined,
    latenciesMs: [],
  });
});

it('goes on from what was written down, and forgets what is older than twenty minutes', () => {
  const before = createTraffic();
  before.add(1, at, { kind: 'answered', ms: 5 });
  before.add(1, at + 60_000, { kind: 'failed' });
  const traffic = createTraffic(trafficSchema.parse(JSON.parse(JSON.stringify(before.all()))));
  expect(traffic.between(1, at, at + 120_000)).toMatchObject({ requests: 2, errors: 1 });
  traffic.add(1, at + 20 * 60_000 + 10_000, { kind: 'answered', ms: 5 });
  expect(traffic.between(1, at, at + 120_000)).toMatchObject({ requests: 1, errors: 1 });
});
