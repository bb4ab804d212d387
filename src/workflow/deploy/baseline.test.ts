import { expect, it } from 'vitest';
import type { TrafficSource } from '../../ports/measurements.ts';
import { measureBaseline } from './baseline.ts';
import { environmentOf, releaseStand, scriptedTraffic } from './testing/scripted-release.ts';
import type { ReleaseStand } from './testing/scripted-release.ts';

const baselineOf = async (stand: ReleaseStand, source: TrafficSource | undefined) =>
  await stand.run(measureBaseline(stand.tools, { ...stand.request, source }));

it('is what the source has measured over the ten minutes before', async () => {
  const source = scriptedTraffic(10, { share: () => 0.01 });
  const { baseline, notes } = await baselineOf(releaseStand({}), source);
  expect(source.windows).toEqual([{ from: -600_000, to: 0 }]);
  expect(baseline).toEqual({ requests: 6_000, errors: expect.closeTo(60, 6) as number, p95Ms: 20, source: 'a script' });
  expect(notes).toEqual(['r12 before: 6,000 requests in 600 s, 60 failed (1 %), p95 20 ms (a script).']);
});

it('is a burst of our own probes where there is no source', async () => {
  const stand = releaseStand({ checkMs: () => 40 });
  const { baseline } = await baselineOf(stand, undefined);
  expect(baseline).toMatchObject({ requests: 30, errors: 0, p95Ms: 40, source: 'our own probes' });
  expect(baseline?.latenciesMs).toHaveLength(30);
  expect(stand.ms()).toBe(30 * 140);
  const many = releaseStand({}, environmentOf('process', { watch: { minimumRequests: 100 } }));
  expect((await baselineOf(many, undefined)).baseline?.requests).toBe(100);
});

it('is not waited for where the old release does not answer', async () => {
  const stand = releaseStand({ health: () => 'x', checkMs: () => 1_000 });
  expect((await baselineOf(stand, undefined)).baseline).toMatchObject({ requests: 3, errors: 3, p95Ms: undefined });
  expect(stand.ms()).toBeLessThan(4_000);
});

it('is left out, and that is said, where nothing can be measured', async () => {
  const silent: TrafficSource = {
    name: 'Prometheus',
    measure: async () => await Promise.resolve({ kind: 'measuring', why: 'it answered 503' }),
  };
  expect(await baselineOf(releaseStand({}), silent)).toEqual({
    baseline: undefined,
    notes: ['How the release before does could not be measured, so that latency is not compared: Prometheus: it answered 503'],
  });
  expect(await baselineOf(releaseStand({ health: () => '?' }), undefined)).toEqual({
    baseline: undefined,
    notes: ['How the release before does could not be measured, so that latency is not compared: no such name'],
  });
});

it('stops when it is told to', async () => {
  const reason = new Error('the run was cancelled');
  const stand = releaseStand({}, environmentOf('process'), AbortSignal.abort(reason));
  await expect(baselineOf(stand, undefined)).rejects.toBe(reason);
  await expect(baselineOf(stand, scriptedTraffic(1))).rejects.toBe(reason);
});
