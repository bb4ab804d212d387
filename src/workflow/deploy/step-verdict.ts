import type { DeployEnvironment } from '../../domain/config-deploy.ts';
import type { Baseline, Verdict } from '../../domain/deployment.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployer } from '../../ports/deployer.ts';
import type { HealthProbe, TrafficSource } from '../../ports/measurements.ts';

/** What a step that looks at a release came to. What hinders the looking itself (a fence, a target that cannot be asked where it is) is thrown. */
export type StepVerdict =
  /** `notes`: what was seen, for people, a sentence each. */
  { readonly kind: 'good'; readonly notes: readonly string[] } | { readonly kind: 'bad'; readonly verdict: Verdict };

/** What looking at a release takes. */
export interface LookTools {
  readonly clock: Clock;
  /** Resolves after so many ms, or rejects with the signal's reason. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly probe: HealthProbe;
  /** Keeps lines with the deployment (`Deployments.note`), without secrets. */
  readonly note: (lines: readonly { readonly at: number; readonly text: string }[]) => Promise<void>;
  /** Told how far it is, in a line for people. */
  readonly progress: (text: string) => void;
}

/** A release in an environment. */
export interface LookRequest {
  readonly environment: DeployEnvironment;
  readonly release: { readonly number: number; readonly commit: CommitId };
  readonly deployer: Pick<Deployer, 'status'>;
  /** Of the deployment: whoever finds a higher one at the target has lost the environment. */
  readonly fence: number;
  readonly signal: AbortSignal;
}

export interface VerifyRequest extends LookRequest {
  /** Whether the release is asked by itself, before anybody is served by it, or where everybody asks. */
  readonly where: 'beside' | 'serving';
  /** Whether it may still be starting and is given its grace; without, so many failures in a row as the configuration says are bad at once. */
  readonly isStarting: boolean;
}

export interface WatchRequest extends LookRequest {
  /** Epoch ms. */
  readonly servedAt: number;
  /** When it was looked at before (the moments of the deployment's notes), epoch ms: a watch that begins again after a death goes on from there. */
  readonly lookedAt: readonly number[];
  readonly baseline: Baseline | undefined;
  /** Undefined: our own probes. */
  readonly source: TrafficSource | undefined;
}

export interface BaselineRequest extends LookRequest {
  /** Undefined: our own probes, a burst of them. */
  readonly source: TrafficSource | undefined;
}
