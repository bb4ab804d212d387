import { baselineOf, trafficOfChecks } from '../../domain/baseline.ts';
import type { Baseline, HealthCheck } from '../../domain/deployment.ts';
import { releaseName } from '../../domain/deployment.ts';
import { windowInWords } from '../../domain/release-watch-words.ts';
import { askTarget, checkHealth, healthAddress } from './ask-target.ts';
import type { BaselineRequest, LookTools } from './step-verdict.ts';

/** In ms. */
const lookedBack = 600_000;
/** Own probes of the old release: so many at least, as a comparison by ranks takes, and at most; and the ms between two. */
const probes = { least: 30, most: 200, everyMs: 100 } as const;

/**
 * How the release that serves did over the ten minutes before it is replaced. Without a source of traffic it is asked for its health again and again
 * now: nobody has done so before. What cannot be measured is no reason not to deploy, and says so in its notes.
 *
 * @throws FencedOff where another deployment has taken over; the reason of the signal.
 */
export async function measureBaseline(
  tools: LookTools,
  request: BaselineRequest,
): Promise<{ readonly baseline: Baseline | undefined; readonly notes: readonly string[] }> {
  const { source, release, signal } = request;
  if (source === undefined) return await probeBaseline(tools, request);
  const to = tools.clock.now();
  const measured = await source.measure(release, { from: to - lookedBack, to }, signal);
  signal.throwIfAborted();
  if (measured.kind === 'measuring') return unmeasured(`${source.name}: ${measured.why}`);
  return {
    baseline: baselineOf(measured, source.name),
    notes: [`${releaseName(release)} before: ${windowInWords(measured)} (${source.name}).`],
  };
}

async function probeBaseline(tools: LookTools, request: BaselineRequest): ReturnType<typeof measureBaseline> {
  const { environment, release, signal } = request;
  const { clock, wait } = tools;
  const address = healthAddress(environment, await askTarget(request), { release: release.number, where: 'serving' });
  const count = Math.min(probes.most, Math.max(probes.least, environment.watch.minimumRequests));
  const from = clock.now();
  const checks: HealthCheck[] = [];
  while (checks.length < count) {
    checks.push(await checkHealth(tools, request, address));
    signal.throwIfAborted();
    // One that does not answer is not asked for minutes.
    const last = checks.slice(-environment.health.failures);
    if (last.length === environment.health.failures && last.every(({ kind }) => kind !== 'healthy')) break;
    await wait(probes.everyMs, signal);
  }
  const window = trafficOfChecks(checks, from, clock.now());
  const measuring = checks.find((check) => check.kind === 'measuring');
  if (window.requests === 0) return unmeasured(measuring?.why ?? 'it was not asked');
  return {
    baseline: baselineOf(window, 'our own probes'),
    notes: [`${releaseName(release)} before: ${windowInWords(window)} (our own probes).`],
  };
}

function unmeasured(why: string): Awaited<ReturnType<typeof measureBaseline>> {
  return { baseline: undefined, notes: [`How the release before does could not be measured, so that latency is not compared: ${why}`] };
}
