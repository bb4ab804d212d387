import type { Baseline, HealthCheck, TrafficWindow } from './deployment.ts';

/** Latencies of single requests that are kept of a window. */
const mostKept = 200;

/** What our own checks of a release in a stretch of time came to, as if they were the requests of users. Those that could not be made are none. */
export function trafficOfChecks(checks: readonly HealthCheck[], from: number, to: number): TrafficWindow {
  const made = checks.filter(({ at, kind }) => at >= from && at <= to && kind !== 'measuring');
  const latencies = made.flatMap((check) => (check.kind === 'healthy' ? [check.ms] : []));
  return {
    from,
    to,
    requests: made.length,
    errors: made.length - latencies.length,
    p95Ms: percentile95(latencies),
    latenciesMs: picked(latencies),
  };
}

/** How a release did in a window, kept to compare the next one with. */
export function baselineOf({ requests, errors, p95Ms, latenciesMs }: TrafficWindow, source: string): Baseline {
  return { requests, errors, p95Ms, source, ...(latenciesMs === undefined ? {} : { latenciesMs: picked(latenciesMs) }) };
}

/** The 95th percentile by nearest rank: the least of the values that 95 % of them do not exceed; undefined of none. */
export function percentile95(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.ceil(values.length * 0.95) - 1];
}

/** At most two hundred of the values, evenly from all of them, in their order. */
export function picked(values: readonly number[]): readonly number[] {
  const step = Math.max(1, values.length / mostKept);
  return values.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}
