import { trafficOfChecks } from '../../domain/baseline.ts';
import type { DeployEnvironment } from '../../domain/config-deploy.ts';
import type { HealthCheck } from '../../domain/deployment.ts';
import type { Observation } from '../../domain/release-watch-state.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TrafficSource } from '../../ports/measurements.ts';
import type { WatchRequest } from './step-verdict.ts';

/** Windows that a watch which begins again after a death measures belatedly, at most. */
const mostBelated = 60;
/** In ms: how often a source that is far away, or a program, is asked at the most. */
const remoteEveryMs = 15_000;

/** Own probes as a source: it has measured what was checked. */
export interface ProbedTraffic extends TrafficSource {
  readonly add: (check: HealthCheck) => void;
}

/** @param keepMs how far back it is asked for. */
export function probedTraffic(keepMs: number): ProbedTraffic {
  let checks: readonly HealthCheck[] = [];
  return {
    name: 'our own probes',
    add: (check) => (checks = [...checks.filter(({ at }) => at >= check.at - keepMs), check]),
    measure: async (_, { from, to }) => await Promise.resolve({ kind: 'measured', ...trafficOfChecks(checks, from, to) }),
  };
}

/** How long the windows are in which latency is measured, in ms: our own probes need longer for enough of them. */
export function latencyWindowMs({ watch, health }: DeployEnvironment, isProbed: boolean): number {
  const enough = isProbed ? watch.minimumRequests * health.intervalSeconds : 0;
  return Math.max(watch.windowSeconds, enough) * 1_000;
}

/** How often traffic is measured, in ms. */
export function trafficEveryMs({ watch, health }: DeployEnvironment): number {
  const everyMs = health.intervalSeconds * 1_000;
  const isRemote = watch.source?.kind === 'prometheus' || watch.source?.kind === 'command';
  return isRemote ? Math.max(everyMs, Math.min(remoteEveryMs, watch.windowSeconds * 1_000)) : everyMs;
}

/**
 * Measures traffic since a release serves: at each look the windows that have ended meanwhile, one after the other, then all of the time that errors
 * are counted over. One that could not be measured is asked for again at the next look.
 */
export function trafficLooks(
  clock: Clock,
  { environment, release, servedAt, signal }: WatchRequest,
  { source, windowMs }: { readonly source: TrafficSource; readonly windowMs: number },
): (isLast: boolean, see: (observation: Observation) => Promise<void>) => Promise<void> {
  const errorMs = environment.watch.errorSeconds * 1_000;
  let next = Math.max(0, Math.floor((clock.now() - servedAt) / windowMs) - mostBelated);
  return async (isLast, see) => {
    const to = clock.now();
    for (; servedAt + (next + 1) * windowMs <= to; next += 1) {
      const window = { from: servedAt + next * windowMs, to: servedAt + (next + 1) * windowMs };
      const measured = await source.measure(release, window, signal);
      signal.throwIfAborted();
      if (measured.kind === 'measuring') return await see({ kind: 'unmeasured', at: clock.now(), why: measured.why });
      await see({ kind: 'window', at: clock.now(), window: measured });
    }
    const from = Math.max(servedAt, to - errorMs);
    const measured = await source.measure(release, { from, to }, signal);
    signal.throwIfAborted();
    const at = clock.now();
    if (measured.kind === 'measuring') return await see({ kind: 'unmeasured', at, why: measured.why });
    await see({ kind: 'traffic', at, window: measured, isWhole: isLast || to - from >= errorMs });
  };
}
