import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../domain/deployment.ts';
import { FencedOff } from '../../ports/deployer.ts';
import type { HealthProbe, TrafficSource } from '../../ports/measurements.ts';
import type { WatchRequest } from './step-verdict.ts';
import { environmentOf, releaseStand, scriptedTraffic, start } from './testing/scripted-release.ts';
import type { ReleaseStand } from './testing/scripted-release.ts';
import { watchRelease } from './watch.ts';

const second = 1_000;
const minute = 60 * second;
const baseline: Baseline = { requests: 6_000, errors: 0, p95Ms: 100, source: 'a script' };

async function watched(stand: ReleaseStand, more: Partial<WatchRequest> = {}) {
  const request: WatchRequest = { ...stand.request, servedAt: start, lookedAt: [], baseline, source: scriptedTraffic(10), ...more };
  const found = await stand.run(watchRelease(stand.tools, request));
  return { found, rule: found.kind === 'bad' ? found.verdict.rule : 'none', ms: stand.ms() };
}

/** Of a health script by the check, five seconds apart; the last mark goes on. */
const marks = (all: string) => (ms: number) => (all[Math.round(ms / 5_000)] ?? all.at(-1)) as 'o';

describe('a watch with nothing against the release', () => {
  it('takes ten minutes, and not a moment more', async () => {
    const stand = releaseStand({});
    const { found, ms } = await watched(stand);
    expect(found).toEqual({
      kind: 'good',
      notes: ['r12 has proven itself for 600 s. At last: 3,000 requests in 300 s, 0 failed (0 %), p95 20 ms.'],
    });
    expect(ms).toBe(10 * minute);
    expect(stand.asked).toHaveLength(121);
    expect(stand.asked[0]).toEqual({
      url: 'http://127.0.0.1:8080/healthz',
      isPrivate: true,
      commit: '0123456789abcdef0123456789abcdef01234567',
      commitField: 'commit',
      timeoutMs: second,
    });
  });

  it('is told in a line every few seconds', async () => {
    const stand = releaseStand({});
    await watched(stand);
    expect(stand.progress).toHaveLength(121);
    expect(stand.progress[36]).toBe('production: watching r12, 3 min of 10, 1,750 requests, 0 % errors');
  });

  it.each([
    ['flaps (fail, ok, fail)', 'oxoxoxxo'],
    ['fails twice, and is well again', 'xxo'],
  ])('goes on while the release %s', async (_, all) => {
    expect(await watched(releaseStand({ health: marks(all) }), { source: scriptedTraffic(0) })).toMatchObject({
      rule: 'none',
      ms: 10 * minute,
    });
  });

  it('asks for nobody to come: without any traffic healthy probes are enough', async () => {
    expect(await watched(releaseStand({}), { source: scriptedTraffic(0) })).toMatchObject({ rule: 'none', ms: 10 * minute });
    expect(await watched(releaseStand({}), { source: undefined })).toMatchObject({ rule: 'none', ms: 10 * minute });
  });

  it('keeps a bounded number of lines with the deployment', async () => {
    const often = environmentOf('process', { health: { intervalSeconds: 0.1 }, watch: { seconds: 300 } });
    const stand = releaseStand({ health: (ms) => (ms % 200 === 0 ? 'o' : '?') }, often);
    await watched(stand, { source: scriptedTraffic(0) });
    expect(stand.asked.length).toBeGreaterThan(3_000);
    expect(stand.notes.length).toBeGreaterThan(100);
    expect(stand.notes.length).toBeLessThan(650);
  });
});

describe('a release that dies', () => {
  it.each([0, 1, 2, 3, 60])('after %d good checks is known with the third that fails', async (good) => {
    const { found, ms } = await watched(releaseStand({ health: marks(`${'o'.repeat(good)}x`) }));
    expect(found).toMatchObject({ kind: 'bad', verdict: { rule: 'health', inconclusive: false, at: start + (good + 2) * 5 * second } });
    expect(ms).toBe((good + 2) * 5 * second);
  });

  it('is known as soon as a check has taken its time, whatever else is being measured', async () => {
    const never: TrafficSource = { name: 'one that does not answer', measure: async (_, __, signal) => await untilAborted(signal) };
    const { rule, ms } = await watched(releaseStand({ health: () => 'x', checkMs: () => second }), { source: never });
    expect(rule).toBe('health');
    expect(ms).toBe(11 * second);
  });

  it('in the last moment of the watch is not let through', async () => {
    const { rule, ms } = await watched(releaseStand({ health: marks(`${'o'.repeat(120)}x`) }));
    expect(rule).toBe('health');
    expect(ms).toBe(10 * minute + 10 * second);
    const flapping = await watched(releaseStand({ health: marks(`${'o'.repeat(120)}xo`) }), { source: scriptedTraffic(0) });
    expect(flapping).toMatchObject({ rule: 'none', ms: 10 * minute + 5 * second });
  });

  it('again and again is a crash loop, also where every check finds it well', async () => {
    const exits = [start + 20 * second, start + 79 * second];
    const status = (ms: number) => ({
      running: [{ release: 12, url: undefined, exits: exits.filter((at) => at <= start + ms) }],
    });
    expect(await watched(releaseStand({ status }))).toMatchObject({ rule: 'crash-loop', ms: 80 * second });
  });

  it('and is not there for a moment is asked about again', async () => {
    const status = (ms: number) => ({
      running: ms < 20 * second ? [] : [{ release: 12, url: undefined, exits: [start + 11 * second, start + 12 * second] }],
    });
    expect(await watched(releaseStand({ status }))).toMatchObject({ rule: 'crash-loop', ms: 20 * second });
  });
});

describe('another version that answers', () => {
  it('is known at the third answer, also where it takes turns with the right one', async () => {
    expect(await watched(releaseStand({ health: () => 'w' }))).toMatchObject({ rule: 'wrong-version', ms: 10 * second });
    expect(await watched(releaseStand({ health: marks('owowow') }))).toMatchObject({ rule: 'wrong-version', ms: 25 * second });
  });
});

describe('requests that fail', () => {
  it.each([
    [0.049, 'none', 10 * minute],
    [0.051, 'errors', 5 * minute],
    [1, 'errors', 5 * second],
  ])('by a share of %d come to %s', async (share, rule, ms) => {
    expect(await watched(releaseStand({}), { source: scriptedTraffic(10, { share: () => share }) })).toMatchObject({ rule, ms });
  });

  it('too few of them say nothing', async () => {
    expect(await watched(releaseStand({}), { source: scriptedTraffic(0.06, { share: () => 1 }) })).toMatchObject({ rule: 'none' });
  });

  it('count over the whole of a short watch', async () => {
    const short = environmentOf('process', { watch: { seconds: 20 } });
    const source = scriptedTraffic(10, { share: () => 0.06 });
    expect(await watched(releaseStand({}, short), { source })).toMatchObject({ rule: 'errors', ms: 20 * second });
  });
});

describe('latency', () => {
  it.each([
    [190, 'none', 10 * minute],
    [210, 'latency', 3 * minute],
  ])('of %d ms where it was 100 ms comes to %s', async (p95, rule, ms) => {
    expect(await watched(releaseStand({}), { source: scriptedTraffic(10, { p95Ms: () => p95 }) })).toMatchObject({ rule, ms });
  });

  it('has to be high in three windows in a row', async () => {
    const p95Ms = (ms: number): number => (Math.floor(ms / minute) % 3 === 2 ? 100 : 300);
    expect(await watched(releaseStand({}), { source: scriptedTraffic(10, { p95Ms }) })).toMatchObject({ rule: 'none' });
  });

  it('is measured by our own probes where nobody else is seen, in windows that are long enough', async () => {
    const slow = releaseStand({ checkMs: () => 210 }, environmentOf('kubernetes', { health: { url: 'https://shop.example' } }));
    expect(await watched(slow, { source: undefined })).toMatchObject({ rule: 'latency', ms: 300 * second });
    expect(slow.asked[0]).toMatchObject({ url: 'https://shop.example/healthz', isPrivate: false });
  });
});

describe('what cannot be measured', () => {
  it('for two minutes takes the release back, without a finding against it', async () => {
    const { found, ms } = await watched(releaseStand({ health: () => '?' }));
    expect(found).toMatchObject({ kind: 'bad', verdict: { rule: 'no-data', inconclusive: true } });
    expect(ms).toBe(2 * minute);
  });

  it('for less than two minutes does not, and is kept as what it is', async () => {
    const stand = releaseStand({ health: (ms) => (ms > minute && ms < 170 * second ? '?' : 'o') });
    expect(await watched(stand)).toMatchObject({ rule: 'none' });
    expect(stand.notes.map(({ text }) => text)).toContain('not checked (which says nothing about the release): no such name');
  });

  it('at the end of the watch is waited for: what cannot be proven is not kept', async () => {
    const short = environmentOf('process', { watch: { seconds: 60 } });
    const blind = releaseStand({ health: (ms) => (ms > 15 * second ? '?' : 'o') }, short);
    expect(await watched(blind)).toMatchObject({ rule: 'no-data', ms: 135 * second });
    const late = releaseStand({ health: (ms) => (ms > 15 * second && ms < 90 * second ? '?' : 'o') }, short);
    expect(await watched(late)).toMatchObject({ rule: 'none', ms: 90 * second });
  });

  it('of the source that was chosen takes it back too', async () => {
    const source: TrafficSource = {
      name: 'Prometheus',
      measure: async () => await Promise.resolve({ kind: 'measuring', why: 'it answered 503' }),
    };
    const { found, ms } = await watched(releaseStand({}), { source });
    expect(found).toMatchObject({ verdict: { rule: 'no-data', reason: 'nothing could be measured for 120 s (traffic: it answered 503)' } });
    expect(ms).toBe(2 * minute);
  });

  it('is where the release is asked, when the target cannot be', async () => {
    const status = (): never => {
      throw new Error('connect ENOENT keeper.sock');
    };
    expect(await watched(releaseStand({ status }))).toMatchObject({ rule: 'no-data', ms: 2 * minute });
    const elsewhere = releaseStand({ status }, environmentOf('kubernetes', { health: { url: 'https://shop.example' } }));
    expect(await watched(elsewhere)).toMatchObject({ rule: 'none' });
    const nowhere = releaseStand({ status: () => ({ url: undefined }) }, environmentOf('kubernetes'));
    expect(await watched(nowhere)).toMatchObject({
      found: {
        verdict: {
          reason: 'nothing could be measured for 120 s (health: the target does not say where it is asked, and `health.url` is not set)',
        },
      },
    });
  });
});

describe('a target that has moved', () => {
  it('is asked where it is now', async () => {
    const stand = releaseStand({ status: (ms) => ({ url: ms < minute ? 'http://127.0.0.1:8080' : 'http://127.0.0.1:8081' }) });
    await watched(stand);
    expect(stand.asked[0]?.url).toBe('http://127.0.0.1:8080/healthz');
    expect(stand.asked.at(-1)?.url).toBe('http://127.0.0.1:8081/healthz');
  });
});

describe('a watch that begins again', () => {
  /** Looks every five seconds, from some minutes before the stand's time began to some before it. */
  const looks = (from: number, to: number): readonly number[] =>
    Array.from({ length: ((from - to) * minute) / 5_000 }, (_, index) => start - from * minute + index * 5_000);

  it('goes on where the first one was ended, and ends when that would have', async () => {
    const nine = { servedAt: start - 9 * minute, lookedAt: looks(9, 0) };
    expect(await watched(releaseStand({}), nine)).toMatchObject({ rule: 'none', ms: minute });
  });

  it('does not count the time in which nobody looked', async () => {
    const stand = releaseStand({});
    const { rule, ms } = await watched(stand, { servedAt: start - 60 * minute, lookedAt: looks(60, 57) });
    expect(rule).toBe('none');
    expect(ms).toBe(7 * minute - 5 * second);
    expect(stand.progress[0]).toMatch(/^production: watching r12, 3 min of 10, /);
    const late = releaseStand({ health: marks('oooooox') });
    expect(await watched(late, { servedAt: start - 60 * minute })).toMatchObject({ rule: 'health', ms: 40 * second });
  });

  it('after its time looks as often as it takes to find the release bad', async () => {
    const over = { servedAt: start - 20 * minute, lookedAt: looks(20, 0) };
    expect(await watched(releaseStand({}), over)).toMatchObject({ rule: 'none', ms: 10 * second });
    const failing = scriptedTraffic(10, { share: () => 0.06 });
    expect(await watched(releaseStand({}), { ...over, source: failing })).toMatchObject({ rule: 'errors', ms: 0 });
    const slow = scriptedTraffic(10, { p95Ms: () => 300 });
    expect(await watched(releaseStand({}), { ...over, source: slow })).toMatchObject({ rule: 'latency', ms: 0 });
    expect(await watched(releaseStand({ health: () => 'x' }), over)).toMatchObject({ rule: 'health', ms: 10 * second });
  });

  it('does not count the time in which its own machine slept, or by which its clock was set', async () => {
    const stand = releaseStand({});
    const slept = (): number => (stand.clock.now() >= start + 2 * minute ? 60 * minute : 0);
    const clock = { ...stand.clock, now: () => stand.clock.now() + slept() };
    const probe: HealthProbe = { check: async (...asked) => ({ ...(await stand.tools.probe.check(...asked)), at: clock.now() }) };
    const source = scriptedTraffic(10);
    const { rule, ms } = await watched({ ...stand, tools: { ...stand.tools, clock, probe } }, { source });
    expect(rule).toBe('none');
    expect(ms).toBeGreaterThan(9 * minute);
    expect(ms).toBeLessThanOrEqual(10 * minute);
    expect(source.windows.filter(({ to }) => to > 65 * minute).length).toBeGreaterThan(50);
  });

  it.each(['health', 'traffic'] as const)('does not take the time in which its machine slept for one without %s', async (what) => {
    const sleepAt = 2 * minute;
    // Awake again, the way to the release is not there for some seconds.
    const isDark = (ms: number): boolean => ms >= sleepAt && ms < sleepAt + 20 * second;
    const stand = releaseStand({ health: (ms) => (what === 'health' && isDark(ms) ? '?' : 'o') });
    const clock = { ...stand.clock, now: () => stand.clock.now() + (stand.ms() >= sleepAt ? 60 * minute : 0) };
    const probe: HealthProbe = { check: async (...asked) => ({ ...(await stand.tools.probe.check(...asked)), at: clock.now() }) };
    const measured = scriptedTraffic(10);
    let unmeasured = 0;
    const source: TrafficSource = {
      name: measured.name,
      measure: async (...asked) => {
        if (what === 'health' || !isDark(stand.ms())) return await measured.measure(...asked);
        unmeasured += 1;
        return { kind: 'measuring', why: 'it answered 503' };
      },
    };
    const { rule } = await watched({ ...stand, tools: { ...stand.tools, clock, probe } }, { source });
    expect(rule).toBe('none');
    const unchecked = stand.notes.filter(({ text }) => text.startsWith('not checked')).length;
    expect(what === 'health' ? unchecked : unmeasured).toBeGreaterThan(0);
  });

  it('takes it back all the same where nothing is measured for long after its machine slept', async () => {
    const stand = releaseStand({ health: (ms) => (ms >= 2 * minute ? '?' : 'o') });
    const clock = { ...stand.clock, now: () => stand.clock.now() + (stand.ms() >= 2 * minute ? 60 * minute : 0) };
    const probe: HealthProbe = { check: async (...asked) => ({ ...(await stand.tools.probe.check(...asked)), at: clock.now() }) };
    const { rule, ms } = await watched({ ...stand, tools: { ...stand.tools, clock, probe } });
    expect({ rule, ms }).toEqual({ rule: 'no-data', ms: 4 * minute });
  });

  it('measures belatedly no more than the last hour', async () => {
    const source = scriptedTraffic(10);
    await watched(releaseStand({}), { servedAt: start - 24 * 60 * minute, lookedAt: looks(24 * 60, 0), source });
    expect(source.windows).toHaveLength(63);
    expect(source.windows[0]).toEqual({ from: -60 * minute, to: -59 * minute });
  });
});

describe('whoever watches', () => {
  it('stops when another deployment has taken over', async () => {
    const stand = releaseStand({ status: (ms) => ({ fence: ms < minute ? 3 : 4 }) });
    await expect(watched(stand)).rejects.toThrow(FencedOff);
    expect(stand.ms()).toBe(minute);
  });

  it('stops when it is told to', async () => {
    const told = new AbortController();
    const reason = new Error('the run was cancelled');
    const stand = releaseStand({ status: (ms) => (ms >= minute && told.abort(reason), {}) }, environmentOf('process'), told.signal);
    await expect(watched(stand)).rejects.toBe(reason);
    expect(stand.ms()).toBe(minute);
  });

  it('says what hinders it to keep what was seen', async () => {
    const stand = releaseStand({});
    const tools = { ...stand.tools, note: async () => await Promise.reject(new Error('the database is gone')) };
    await expect(watched({ ...stand, tools })).rejects.toThrow('the database is gone');
  });
});

async function untilAborted(signal: AbortSignal): Promise<{ readonly kind: 'measuring'; readonly why: string }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve());
  await promise;
  return { kind: 'measuring', why: 'it was cancelled' };
}
