import type { Budget, DependencySpec, JobState } from '../../../src/domain/job.ts';
import type { ConcurrencyLimit } from '../../../src/domain/limits.ts';
import type { Join, Need } from '../../../src/domain/outcome.ts';

/** What the model knows of one task; changed in place. Tasks and jobs are known by their place, from 0, workers by the order of their start. */
export interface ModelTask {
  readonly job: number;
  readonly number: number;
  /** In the order of creation over all jobs. */
  readonly born: number;
  readonly key: string;
  readonly type: string;
  readonly priority: number;
  readonly concurrencyKey: string | undefined;
  readonly budget: Budget;
  readonly parent: ModelTask | undefined;
  readonly join: Join | undefined;
  readonly generation: number;
  readonly dependencies: { readonly on: ModelTask; readonly until: DependencySpec['until'] }[];
  payload: unknown;
  epoch: number;
  executions: number;
  failures: number;
  leasesLost: number;
  crashes: number;
  costMicroUsd: number;
  wallMs: number;
  decompositions: number;
  answer:
    | { readonly signal: string; readonly payload: unknown; readonly by: string; readonly at: number; readonly since: number }
    | undefined;
  now: Situation;
}

export type Situation =
  | { readonly state: 'pending'; readonly waiting: ModelWaiting }
  | { readonly state: 'ready'; readonly readyAt: number }
  | { readonly state: 'running'; readonly lease: ModelLease }
  | { readonly state: 'succeeded'; readonly result: unknown; readonly endedAt: number }
  | { readonly state: 'decomposed'; readonly endedAt: number }
  | { readonly state: 'dead' | 'cancelled' | 'skipped'; readonly reason: string; readonly endedAt: number };

export type ModelWaiting =
  | { readonly reason: 'deps' }
  | { readonly reason: 'children'; readonly join: Join; readonly nextPayload: unknown }
  | { readonly reason: 'backoff'; readonly since: number; readonly until: number }
  | { readonly reason: 'person' | 'event' | 'budget' | 'deadline'; readonly since: number; readonly need: Need }
  | { readonly reason: 'capacity'; readonly limit: ConcurrencyLimit }
  | { readonly reason: 'paused' };

export interface ModelLease {
  readonly owner: number;
  readonly startedAt: number;
  until: number;
  limit: number | undefined;
}

export interface ModelEvent {
  readonly type: string;
  /** The number of the task; 0 for what happens to the job. */
  readonly task: number;
  readonly state?: string;
  readonly waiting?: string;
  readonly reason?: string;
}

export interface ModelJob {
  readonly title: string;
  readonly idempotencyKey: string | undefined;
  readonly exclusiveKey: string | undefined;
  readonly budget: Budget;
  readonly tasks: ModelTask[];
  readonly events: ModelEvent[];
  state: JobState;
  costMicroUsd: number;
  wallMs: number;
  carriedBy: number | undefined;
  sealed: boolean;
  paused: boolean;
  cancel: string | undefined;
  endedAt: number | undefined;
}

export interface ModelAttempt {
  readonly task: ModelTask;
  readonly epoch: number;
  readonly owner: number;
  readonly startedAt: number;
  /** On the monotonic clock. */
  readonly since: number;
  end: ModelEnd | undefined;
  /** Whether its handler has returned; until then it takes a place of its worker. */
  returned: boolean;
  /** The first reason for which it was told to stop. */
  aborted: 'cancelled' | 'lease-lost' | undefined;
}

export interface ModelEnd {
  readonly at: number;
  readonly outcome: string;
  readonly errorKind: string | undefined;
  readonly cause: string | undefined;
  readonly reason: string | undefined;
  readonly costMicroUsd: number;
}

export interface ModelDecision {
  readonly task: ModelTask;
  readonly epoch: number;
  readonly ofAttempt: boolean;
  readonly trigger: string;
  readonly policy: string;
  readonly kind: string;
  readonly reason: string;
  readonly children: readonly number[];
  readonly at: number;
}

export interface ModelWorker {
  readonly startedAt: number;
  /** `gone`: its lock is free. `ended`: the records know. */
  life: 'living' | 'gone' | 'ended';
  readonly eager: boolean;
  livenessAt: number;
  /** Leases that it has seen to have run out, and since when (monotonic). */
  seen: Map<string, number>;
}

/** Times of the engines under test, in ms. */
export const timing = { leaseMs: 30_000, heartbeatMs: 10_000, graceMs: 10_000, livenessMs: 500 };
/** Places of each worker. */
export const placesOfWorker = 2;

export function hasEnded({ now }: ModelTask): boolean {
  return now.state !== 'pending' && now.state !== 'ready' && now.state !== 'running';
}

/** Under what a task counts. */
export function bucket({ now, join }: ModelTask): string {
  if (now.state === 'dead' && (join === 'resume' || join === 'compose')) return 'answered';
  if (now.state !== 'pending') return now.state;
  if (!('need' in now.waiting)) return now.waiting.reason;
  const { from, until } = now.waiting.need;
  return from === 'nobody' && until === undefined ? 'nobody' : now.waiting.reason;
}
