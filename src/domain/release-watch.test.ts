import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploySection } from './config-deploy.ts';
import type { Baseline, HealthCheck, TrafficWindow, Verdict } from './deployment.ts';
import { observe } from './release-watch.ts';
import type { Observation, ReleaseWatch } from './release-watch-state.ts';
import { beginWatch, standsProven } from './release-watch-state.ts';

const second = 1_000;
const target = { kind: 'process', listen: { port: 8080 }, start: 'node server.js' };
const [project] = deploySection.parse({ projects: [{ repository: 'ada/shop', environments: [{ name: 'production', target }] }] }).projects;
/** With the figures that are set when nobody sets others. */
const settings = project!.environments[0]!;
const baseline: Baseline = { requests: 1_000, errors: 2, p95Ms: 100, source: 'the proxy' };

const begun = (before: Baseline | undefined = baseline): ReleaseWatch => beginWatch(settings, before, { since: 0, at: 0 });
const seen = (observations: readonly Observation[], from: ReleaseWatch = begun()): ReleaseWatch => observations.reduce(observe, from);
const verdictAfter = (observations: readonly Observation[], from?: ReleaseWatch): Verdict | undefined => seen(observations, from).verdict;

/** `o` healthy, `x` unhealthy, `w` another version, `?` not measured; one each five seconds. */
const checks = (marks: string): readonly Observation[] =>
  marks.split('').map((mark, index) => ({ kind: 'check', check: checkOf(mark, (index + 1) * 5 * second) }));
function checkOf(mark: string, at: number): HealthCheck {
  if (mark === 'o') return { at, kind: 'healthy', ms: 12 };
  if (mark === 'x') return { at, kind: 'unhealthy', why: 'answered 500' };
  return mark === 'w' ? { at, kind: 'wrong-version', found: 'abcdef123456' } : { at, kind: 'measuring', why: 'no such name' };
}
const traffic = (requests: number, errors: number, isWhole = true): Observation => {
  const window = { from: 0, to: 300 * second, requests, errors, p95Ms: 90 };
  return { kind: 'traffic', at: 300 * second, window, isWhole };
};
const slowness = (p95Ms: number | undefined, requests = 20): Observation => {
  const window: TrafficWindow = { from: 0, to: 60 * second, requests, errors: 0, p95Ms };
  return { kind: 'window', at: 60 * second, window };
};

describe('health', () => {
  it.each(['', 'o', 'x', 'xx', 'xox', 'xxoxx', 'xxoxxoxx', 'x?x', '??'])('%j is no reason to go back', (marks) => {
    expect(verdictAfter(checks(marks))).toBeUndefined();
  });

  it.each(['xxx', 'oxxx', 'xxoxxx', 'x?x?x', 'xwx'])('%j is three failures in a row', (marks) => {
    expect(verdictAfter(checks(marks))).toMatchObject({ rule: 'health', inconclusive: false, at: marks.length * 5 * second });
  });

  it('is clear with the third failure, and stays so whatever comes after it', () => {
    const clear = seen(checks('oxxx'));
    expect(clear.verdict?.reason).toBe('3 health checks in a row failed, the last with: answered 500');
    expect(seen(checks('oooo'), clear)).toBe(clear);
  });

  it.each(['www', 'xxw', 'wowow', 'woowooow'])('%j is another version that answers, in a row or in turn with the right one', (marks) => {
    expect(verdictAfter(checks(marks))).toMatchObject({ rule: 'wrong-version' });
  });

  it('takes two answers of another version for what is on its way out', () => {
    expect(verdictAfter(checks('wow'))).toBeUndefined();
  });

  it('proves a release only when the last check was good, and there were enough', () => {
    const proves = (marks: string, least: number): boolean => standsProven(seen(checks(marks)), least);
    expect(['', '??', 'oox', 'xxxo'].map((marks) => proves(marks, 1))).toEqual([false, false, false, false]);
    expect(proves('oxo', 1)).toBe(true);
    expect(proves('o?o', 3)).toBe(false);
    expect(proves('oxo', 3)).toBe(true);
  });
});

describe('the time to become healthy', () => {
  const late: Observation = { kind: 'late', at: 30 * second };

  it('ends with what the last check found', () => {
    expect(verdictAfter([...checks('xx'), late])).toMatchObject({
      rule: 'health',
      reason: 'it was not healthy within 30 s; at last it was unhealthy: answered 500',
    });
    expect(verdictAfter([...checks('xw?'), late])?.rule).toBe('wrong-version');
  });

  it('ends without a finding for one that is healthy, or could not be asked', () => {
    expect(verdictAfter([...checks('xxo'), late])).toBeUndefined();
    expect(verdictAfter([...checks('???'), late])).toBeUndefined();
  });
});

describe('errors', () => {
  it.each([
    [1_000, 49],
    [1_000, 50],
    [20, 1],
    [19, 19],
    [0, 0],
  ])('of %d requests %d may fail', (requests, errors) => {
    expect(verdictAfter([traffic(requests, errors)])).toBeUndefined();
  });

  it.each([
    [1_000, 51],
    [20, 2],
    [20, 20],
  ])('of %d requests %d may not fail', (requests, errors) => {
    expect(verdictAfter([traffic(requests, errors)])).toMatchObject({ rule: 'errors', at: 300 * second });
  });

  it('are acted on before their time is over when they can hardly be chance', () => {
    expect(verdictAfter([traffic(20, 2, false)])).toBeUndefined();
    expect(verdictAfter([traffic(1_000, 51, false)])).toBeUndefined();
    expect(verdictAfter([traffic(20, 20, false)])?.rule).toBe('errors');
    expect(verdictAfter([traffic(1_000, 100, false)])?.rule).toBe('errors');
  });

  it('are told with the figures', () => {
    expect(verdictAfter([traffic(1_000, 51)])?.reason).toBe(
      'more requests failed than may: 1,000 requests in 300 s, 51 failed (5.1 %), p95 90 ms; at most 5 % may',
    );
  });
});

describe('latency', () => {
  it('of 1.9 times that of before stays, of 2.1 times goes after three windows', () => {
    expect(verdictAfter(Array<Observation>(9).fill(slowness(190)))).toBeUndefined();
    expect(verdictAfter(Array<Observation>(9).fill(slowness(200)))).toBeUndefined();
    expect(verdictAfter([slowness(210), slowness(210)])).toBeUndefined();
    expect(verdictAfter([slowness(210), slowness(211), slowness(212)])).toMatchObject({
      rule: 'latency',
      reason:
        'the p95 latency was 210 ms, 211 ms, 212 ms in 3 windows in a row, and 100 ms before; more than 2 times that and 50 ms above it is too slow',
    });
  });

  it('has to be slow in a row; a window with too few requests counts neither way', () => {
    expect(verdictAfter([slowness(210), slowness(210), slowness(90), slowness(210)])).toBeUndefined();
    expect(verdictAfter([slowness(210), slowness(1, 19), slowness(undefined), slowness(210)])).toBeUndefined();
    expect(verdictAfter([slowness(210), slowness(1, 19), slowness(210), slowness(210)])?.rule).toBe('latency');
  });

  it('has to be slower by more than 50 ms as well', () => {
    const quick = begun({ ...baseline, p95Ms: 10 });
    expect(verdictAfter(Array<Observation>(3).fill(slowness(60)), quick)).toBeUndefined();
    expect(verdictAfter(Array<Observation>(3).fill(slowness(61)), quick)?.rule).toBe('latency');
  });

  it('says nothing where too little is known of the release before', () => {
    const three = Array<Observation>(3).fill(slowness(5_000));
    expect(verdictAfter(three, beginWatch(settings, undefined, { since: 0, at: 0 }))).toBeUndefined();
    expect(verdictAfter(three, begun({ ...baseline, p95Ms: undefined }))).toBeUndefined();
    expect(verdictAfter(three, begun({ ...baseline, requests: 19 }))).toBeUndefined();
  });

  it('is compared request by request where both sides are known', () => {
    const from = (least: number): readonly number[] => Array.from({ length: 40 }, (_, index) => least + index);
    const before = begun({ ...baseline, latenciesMs: from(100) });
    const window = { from: 0, to: 60 * second, requests: 40, errors: 0, p95Ms: 400 };
    const slow = (latenciesMs: readonly number[]): Observation => ({ kind: 'window', at: 60 * second, window: { ...window, latenciesMs } });
    expect(verdictAfter(Array<Observation>(3).fill(slow(from(300))), before)?.evidence).toContain(
      'requests beside those before it: slower (Mann-Whitney U = 1600, z = 7.69, p < 0.001)',
    );
    expect(verdictAfter(Array<Observation>(3).fill(slow(from(100))), before)?.evidence).toContain(
      'requests beside those before it: not shown to be slower (Mann-Whitney U = 800, z = 0.00, p = 0.500)',
    );
  });
});

describe('exits', () => {
  const exits = (...moments: readonly number[]): Observation => ({
    kind: 'exits',
    at: 200 * second,
    exits: moments.map((moment) => moment * second),
  });

  it('are a crash loop from two within a minute on', () => {
    expect(verdictAfter([exits()])).toBeUndefined();
    expect(verdictAfter([exits(5), exits(5, 66)])).toBeUndefined();
    expect(verdictAfter([exits(5, 65)])?.reason).toBe(
      'it exited 2 times within a minute without being asked to: 00:00:05.000, 00:01:05.000',
    );
    expect(verdictAfter([exits(5, 80, 160, 100)])?.rule).toBe('crash-loop');
  });

  it('of a time before it served do not count', () => {
    expect(verdictAfter([exits(40, 50, 60)], beginWatch(settings, baseline, { since: 55 * second, at: 55 * second }))).toBeUndefined();
  });
});

describe('no data', () => {
  const unmeasured = (at: number): Observation => ({ kind: 'unmeasured', at: at * second, why: 'Prometheus answered 503' });

  it('for two minutes goes back without a finding against the release', () => {
    expect(verdictAfter(checks('?'.repeat(23)))).toBeUndefined();
    expect(verdictAfter(checks('?'.repeat(24)))).toMatchObject({
      rule: 'no-data',
      inconclusive: true,
      reason: 'nothing could be measured for 120 s (health: no such name)',
    });
  });

  it('counts from the last check that was made, good or bad', () => {
    expect(verdictAfter(checks(`${'?'.repeat(20)}o${'?'.repeat(23)}`))).toBeUndefined();
    expect(verdictAfter(checks(`${'?'.repeat(20)}x${'?'.repeat(24)}`))?.rule).toBe('no-data');
  });

  it('of a source of traffic goes back too, however healthy the release is', () => {
    expect(verdictAfter([...checks('oooo'), unmeasured(119)])).toBeUndefined();
    expect(verdictAfter([...checks('oooo'), unmeasured(120)])).toMatchObject({ rule: 'no-data', inconclusive: true });
    expect(verdictAfter([traffic(0, 0), unmeasured(419)])).toBeUndefined();
  });

  it('is not the same as no traffic: nobody has to come', () => {
    expect(verdictAfter([...checks('o'.repeat(120)), ...Array<Observation>(120).fill(traffic(0, 0))])).toBeUndefined();
  });

  it('is told apart from failures of the release', () => {
    const unasked: Observation = { kind: 'unasked', at: 1, why: 'no answer' };
    const verdict = verdictAfter([unasked, unmeasured(1), ...checks('?x?xx')]);
    expect(verdict?.evidence.slice(0, 3)).toEqual([
      '3 health checks, 3 of them failed',
      'not counted, because they could not be made: 2 checks, 1 measurements of traffic, 1 questions to the target',
      'before it: 1,000 requests, 2 failed, p95 100 ms (the proxy)',
    ]);
    expect(verdict?.evidence).toContain('00:00:05.000 not checked (which says nothing about the release): no such name');
    expect(verdict?.evidence.at(-1)).toBe('00:00:25.000 unhealthy: answered 500');
  });
});

describe('evidence', () => {
  it('is at most fifty lines, the newest last', () => {
    const verdict = verdictAfter(checks(`${'o'.repeat(200)}xxx`), begun({ ...baseline, p95Ms: undefined }));
    expect(verdict!.evidence.length).toBeLessThanOrEqual(50);
    expect(verdict!.evidence.at(-1)).toMatch(/unhealthy: answered 500$/);
    expect(verdict!.evidence).toContain('before it: 1,000 requests, 2 failed, an unknown p95 (the proxy)');
  });
});

const marks = fc.array(fc.constantFrom('o', 'x', 'w', '?'), { maxLength: 60 }).map((all) => all.join(''));
/** How many observations it took. */
const clearAfter = (observations: readonly Observation[]): number => {
  const states = observations.map((_, index) => verdictAfter(observations.slice(0, index + 1)));
  const first = states.findIndex((verdict) => verdict !== undefined);
  return first === -1 ? Infinity : first;
};

describe('whatever is seen', () => {
  it('a check that failed instead of being good never makes it better', () => {
    fc.assert(
      fc.property(marks, fc.nat(59), (all, index) => {
        const worse = `${all.slice(0, index)}x${all.slice(index + 1)}`;
        fc.pre(all[index] === 'o');
        expect(clearAfter(checks(worse))).toBeLessThanOrEqual(clearAfter(checks(all)));
      }),
    );
  });

  it('more errors among as many requests never make it better', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.nat(100), fc.boolean(), (requests, errors, more, isWhole) => {
        fc.pre(errors + more <= requests);
        const few = verdictAfter([traffic(requests, errors, isWhole)]) === undefined ? 0 : 1;
        const many = verdictAfter([traffic(requests, errors + more, isWhole)]) === undefined ? 0 : 1;
        expect(many).toBeGreaterThanOrEqual(few);
      }),
    );
  });

  it('what is acted on early would be at the end as well', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), fc.nat(5_000), (requests, errors) => {
        fc.pre(errors <= requests);
        const early = verdictAfter([traffic(requests, errors, false)]) === undefined ? 0 : 1;
        const late = verdictAfter([traffic(requests, errors, true)]) === undefined ? 0 : 1;
        expect(late).toBeGreaterThanOrEqual(early);
      }),
    );
  });

  it('errors in measuring alone come to nothing but that nothing was measured', () => {
    const error = fc
      .record({ kind: fc.constantFrom('check', 'unmeasured', 'unasked'), at: fc.nat(1_000 * second) })
      .map(({ kind, at }): Observation =>
        kind === 'check'
          ? { kind, check: { at, kind: 'measuring', why: 'no way there' } }
          : { kind: kind as 'unasked', at, why: 'no way there' },
      );
    fc.assert(
      fc.property(fc.array(error, { maxLength: 40 }), (errors) => {
        expect(['no-data', undefined]).toContain(verdictAfter(errors)?.rule);
      }),
    );
  });

  it('errors in measuring among checks change no finding against the release', () => {
    fc.assert(
      fc.property(marks, (all) => {
        const made = all.replaceAll('?', '');
        const rule = verdictAfter(checks(made))?.rule;
        expect([rule, 'no-data']).toContain(verdictAfter(checks(all))?.rule);
      }),
    );
  });
});
