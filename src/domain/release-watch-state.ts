import type { Baseline, HealthCheck, TrafficWindow, Verdict } from './deployment.ts';
import type { WatchSettings } from './release-watch-rules.ts';
import type { SeenLine } from './release-watch-words.ts';

/** One thing that was seen of a release that serves. Moments are epoch ms. */
export type Observation =
  | { readonly kind: 'check'; readonly check: HealthCheck }
  /** All requests of the last `errorSeconds`, or since it serves. `isWhole`: for that long, or to the end of the watch. */
  | { readonly kind: 'traffic'; readonly at: number; readonly window: TrafficWindow; readonly isWhole: boolean }
  /** One of the windows, one after the other, in which latency is measured. */
  | { readonly kind: 'window'; readonly at: number; readonly window: TrafficWindow }
  /** The source of traffic could not be asked. */
  | { readonly kind: 'unmeasured'; readonly at: number; readonly why: string }
  /** Its exits that nobody had asked for. */
  | { readonly kind: 'exits'; readonly at: number; readonly exits: readonly number[] }
  /** The target could not be asked for them. */
  | { readonly kind: 'unasked'; readonly at: number; readonly why: string }
  /** The time that it had to become healthy is over. */
  | { readonly kind: 'late'; readonly at: number };

/** What has been seen of a release so far, and what follows from it. */
export interface ReleaseWatch {
  readonly settings: WatchSettings;
  readonly baseline: Baseline | undefined;
  /** When the watch began. */
  readonly startedAt: number;
  /** From when on exits of it count. */
  readonly since: number;
  /** The newest, oldest first. */
  readonly lines: readonly SeenLine[];
  readonly checks: { readonly made: number; readonly failed: number; readonly failedInARow: number; readonly otherVersions: number };
  /** What could not be measured: errors of ours or of the way, never the release's. */
  readonly unmeasured: { readonly checks: number; readonly traffic: number; readonly target: number };
  /** The last one that was made. */
  readonly lastCheck: Exclude<HealthCheck, { readonly kind: 'measuring' }> | undefined;
  /** When health, and traffic, were last measured; at first when the watch began. */
  readonly checkedAt: number;
  readonly trafficAt: number;
  /** From when on the lack of each counts: as above, later for every pause in which nobody could have measured. */
  readonly missingSince: { readonly health: number; readonly traffic: number };
  readonly traffic: TrafficWindow | undefined;
  /** The last windows in a row in which it was too slow. */
  readonly slow: readonly TrafficWindow[];
  readonly latenciesMs: readonly number[];
  readonly verdict: Verdict | undefined;
}

/** A watch that begins `at`, of a release that serves `since` then. */
export function beginWatch(
  settings: WatchSettings,
  baseline: Baseline | undefined,
  { since, at }: { readonly since: number; readonly at: number },
): ReleaseWatch {
  return {
    settings,
    baseline,
    startedAt: at,
    since,
    lines: [],
    checks: { made: 0, failed: 0, failedInARow: 0, otherVersions: 0 },
    unmeasured: { checks: 0, traffic: 0, target: 0 },
    lastCheck: undefined,
    checkedAt: at,
    trafficAt: at,
    missingSince: { health: at, traffic: at },
    traffic: undefined,
    slow: [],
    latenciesMs: [],
    verdict: undefined,
  };
}

/** What follows on so many ms in which nobody looked (the machine slept, or its clock was set): that nothing was measured then says nothing. */
export function afterPause(watch: ReleaseWatch, ms: number): ReleaseWatch {
  const { health, traffic } = watch.missingSince;
  return { ...watch, missingSince: { health: health + ms, traffic: traffic + ms } };
}

/** Whether nothing is against the release at this moment, after so many checks at least: whoever was not looked at has not proven itself. */
export function standsProven({ checks, verdict }: ReleaseWatch, least: number): boolean {
  return verdict === undefined && checks.made >= least && checks.failedInARow === 0;
}

/** When something was seen, epoch ms. */
export function momentOf(observation: Observation): number {
  return observation.kind === 'check' ? observation.check.at : observation.at;
}
