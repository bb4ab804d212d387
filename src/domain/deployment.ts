import type { CommitId, JobId, RepositoryId } from './ids.ts';

/**
 * A release: one commit, built once, that never changes afterwards. People see it as `r12`, the twelfth of its repository.
 */
export interface Release {
  readonly repositoryId: RepositoryId;
  /** From 1, without gaps in time: a later one has a higher number. */
  readonly number: number;
  readonly commit: CommitId;
  /** SHA-256 of how it was built: the same commit built another way is another release. */
  readonly recipe: string;
  /** What was built: undefined while it is being built. */
  readonly built: BuiltRelease | undefined;
  /** Why it may not go out again, until a person lifts that. */
  readonly blocked: { readonly reason: string; readonly at: number } | undefined;
  /** Epoch ms. */
  readonly createdAt: number;
}

/** What a build left. */
export interface BuiltRelease {
  /** Absolute path of a folder that nobody writes to any more, on the machine that built it. */
  readonly folder: string;
  /** SHA-256 over its files. */
  readonly digest: string;
  /** Epoch ms. */
  readonly at: number;
}

/** `r12`. */
export function releaseName({ number }: Pick<Release, 'number'>): string {
  return `r${number}`;
}

/** @returns the number of `r12` or `12`; undefined for what names no release. */
export function releaseNumber(text: string): number | undefined {
  const number = /^r?([1-9]\d{0,8})$/.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Where a deployment stands. The first three hold the environment: no other deployment begins there. */
export const deploymentStates = [
  /** The new release is being placed and started; the old one serves. */
  'deploying',
  /** The new one serves and is watched. */
  'watching',
  /** The old one is being put back. */
  'rolling-back',
  /** It has proven itself. */
  'live',
  /** It never served: what was there before serves on. */
  'refused',
  /** It served, was bad, and the release before it serves again. */
  'rolled-back',
  /** Neither the new nor the old release is healthy: a person has to look. */
  'broken',
  /** It was not carried out to its end: given up, cancelled, or taken over by another. What serves is as it was found then. */
  'abandoned',
] as const;
export type DeploymentState = (typeof deploymentStates)[number];

export const openDeploymentStates = ['deploying', 'watching', 'rolling-back'] as const satisfies readonly DeploymentState[];

/** One release on its way to one environment. */
export interface Deployment {
  readonly id: string;
  readonly repositoryId: RepositoryId;
  /** As configured, such as `production`. */
  readonly environment: string;
  readonly release: number;
  /** What served when it began; undefined for the first one. */
  readonly previous: number | undefined;
  readonly jobId: JobId;
  /** Rises with every deployment to the environment: a target refuses whoever comes with a lower one. */
  readonly fence: number;
  readonly state: DeploymentState;
  /** Why it ended as it did; undefined while it is under way and for one that is live without remark. */
  readonly verdict: Verdict | undefined;
  /** How the old release did before: what the new one is compared with. */
  readonly baseline: Baseline | undefined;
  /** The release that serves since it ended, whichever that is; undefined while it is under way, and where nothing is known to serve. */
  readonly leaves: number | undefined;
  /** Epoch ms, as the others. */
  readonly startedAt: number;
  /** When it began to serve. */
  readonly servedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** The rules by which a release is found bad. */
export const watchRules = [
  /** Three health checks in a row failed. */
  'health',
  /** More requests failed than may. */
  'errors',
  /** It answers slower than the one before. */
  'latency',
  /** It exits again and again. */
  'crash-loop',
  /** Something answers, but not the release that was deployed. */
  'wrong-version',
  'smoke',
  /** Nothing could be measured for too long: what cannot be proven is not kept. */
  'no-data',
  /** A hook of the release itself failed. */
  'hook',
] as const;
export type WatchRule = (typeof watchRules)[number];

/** What was found of a release, and by what. */
export interface Verdict {
  readonly rule: WatchRule;
  /** In a sentence, with the figures. */
  readonly reason: string;
  /** What was seen, newest last, a line each: at most fifty. */
  readonly evidence: readonly string[];
  /** It was not shown to be bad: nothing could be measured. */
  readonly inconclusive: boolean;
  /** Epoch ms at which it was clear. */
  readonly at: number;
}

/** What one measurement of a window of time came to. Counts are of requests; latencies in ms. */
export interface TrafficWindow {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  /** Of these, answered with 5xx or not at all. */
  readonly errors: number;
  /** Undefined where there was nothing to measure. */
  readonly p95Ms: number | undefined;
  /** Of single requests, picked evenly from all of them, at most two hundred; for sources that know them. */
  readonly latenciesMs?: readonly number[];
}

/** The old release, over the ten minutes before the new one served. */
export interface Baseline {
  readonly requests: number;
  readonly errors: number;
  readonly p95Ms: number | undefined;
  /** As in {@link TrafficWindow}. */
  readonly latenciesMs?: readonly number[];
  /** By which source, as people read it. */
  readonly source: string;
}

/** One health check. `measuring` is an error of ours or of the way to it, and says nothing about the release. */
export type HealthCheck =
  | { readonly at: number; readonly kind: 'healthy'; readonly ms: number }
  | { readonly at: number; readonly kind: 'unhealthy'; readonly why: string }
  | { readonly at: number; readonly kind: 'wrong-version'; readonly found: string }
  | { readonly at: number; readonly kind: 'measuring'; readonly why: string };
