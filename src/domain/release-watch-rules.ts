import type { DeployEnvironment } from './config-deploy.ts';
import type { Baseline, TrafficWindow } from './deployment.ts';

/** What the rules of watching go by. */
export type WatchSettings = Pick<DeployEnvironment, 'health' | 'watch'>;

/** In ms: exits further apart than this are no crash loop. */
const crashLoopMs = 60_000;
/** Standard deviations that a share of errors has to be above what may be, to be acted on before its time is over. */
const certain = 3;

/**
 * Whether more requests failed than may. Over the whole time that is a plain comparison, by which exactly the share that may fail does; before it is
 * over only what can hardly be chance counts: one failure more or less among the first twenty says nothing yet.
 */
export function isFailingTooMuch({ requests, errors }: TrafficWindow, { watch }: WatchSettings, isWhole: boolean): boolean {
  if (requests < watch.minimumRequests) return false;
  return isWhole ? errors / requests > watch.errorRatio : leastShare(errors, requests) > watch.errorRatio;
}

/** The lower end of the interval of Wilson (1927) for a share. */
function leastShare(part: number, whole: number): number {
  const share = Math.min(1, part / whole);
  const square = certain ** 2;
  const spread = certain * Math.sqrt((share * (1 - share)) / whole + square / (4 * whole ** 2));
  return (share + square / (2 * whole) - spread) / (1 + square / whole);
}

/** Whether a window was slower than it may be, beside the old release. Undefined where that cannot be said: too few requests, here or then. */
export function isSlow({ requests, p95Ms }: TrafficWindow, baseline: Baseline | undefined, { watch }: WatchSettings): boolean | undefined {
  if (baseline?.p95Ms === undefined || p95Ms === undefined) return undefined;
  if (requests < watch.minimumRequests || baseline.requests < watch.minimumRequests) return undefined;
  return p95Ms > baseline.p95Ms * watch.latencyRatio && p95Ms > baseline.p95Ms + watch.latencyMs;
}

/** @returns the first exits that came so close upon each other that they are a crash loop. */
export function crashLoopIn(exits: readonly number[], since: number, { watch }: WatchSettings): readonly number[] | undefined {
  const sorted = exits.filter((at) => at >= since).toSorted((one, other) => one - other);
  return sorted
    .map((_, index) => sorted.slice(index, index + watch.crashes))
    .find((close) => close.length === watch.crashes && close.at(-1)! - close[0]! <= crashLoopMs);
}
