import type { JobId, ProcessId, TaskId } from './ids.ts';
import type { Need } from './needs.ts';
import { isAnsweredFor } from './task.ts';
import type { Task, TaskState, WaitingReason } from './task.ts';

/** Limits; what is absent is inherited from the job, then from the defaults. */
export interface Budget {
  /** Executions that may fail or lose their lease; waits, resumes and the death of a process do not count. Default 5. */
  readonly attempts?: number;
  /** Wall time of one attempt, in ms. */
  readonly attemptMs?: number;
  /**
   * Wall time of all attempts together, in ms: a task's own, or those of all tasks of a job. It is counted when an attempt ends, and each
   * may use what is left when it begins: of a job, the sum can pass this by what runs at the same time. A `deadline` is exact.
   */
  readonly wallMs?: number;
  /** Absolute time (epoch ms) after which nothing is started any more, and what runs is aborted. */
  readonly deadline?: number;
  /** In micro-USD. A job's stops only tasks that spend: what was paid for is finished. */
  readonly costMicroUsd?: number;
}

/** An edge of the task graph: wait until the other has succeeded, or until it has ended in any way. */
export interface DependencySpec {
  /** A `key` in the same submission or decomposition, or the id of a task of the same job. */
  readonly on: string;
  readonly until: 'succeeded' | 'settled';
}

/** A task as it is submitted or proposed. */
export interface TaskSpec {
  /** The name of its task type. */
  readonly type: string;
  /** Names it among its siblings (dependencies refer to it) and for people; unique within one submission or decomposition. */
  readonly key: string;
  readonly payload: unknown;
  readonly dependencies?: readonly DependencySpec[];
  readonly budget?: Budget;
  /** Higher first; 0 by default. */
  readonly priority?: number;
  /** At most one task with the same key runs at a time, over all processes on the database, unless a limit is set for it. */
  readonly concurrencyKey?: string;
  /** What whoever executes it must have, such as `agent:codex` or `memoryMb>=4096`; see `needs.ts`. A worker that states no labels takes everything. */
  readonly needs?: readonly Need[];
}

/** A job as it is submitted. */
export interface JobSpec {
  readonly title: string;
  readonly tasks: readonly TaskSpec[];
  readonly budget?: Budget;
  /** A second submit with the same key returns the first job. */
  readonly idempotencyKey?: string;
  /** At most one job that has not ended may hold this key; a second is refused (`already-open`). */
  readonly exclusiveKey?: string;
  /** Whose limits and lists it belongs to; Miyabi puts the repository id here. */
  readonly groupKey?: string;
  /** Plain JSON with a schemaVersion of its own, kept for the submitter. */
  readonly attributes?: unknown;
  /** Leaves the job open for more tasks until it is sealed. Default false. */
  readonly open?: boolean;
}

/** Derived from the tasks, never set by hand. */
export type JobState = 'running' | 'waiting' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'stuck';

/** What a submit answers. */
export type Submitted =
  | { readonly kind: 'submitted'; readonly jobId: JobId }
  | { readonly kind: 'already-submitted'; readonly jobId: JobId }
  | { readonly kind: 'already-open'; readonly jobId: JobId };

/** How one task of a job ended, for its dependents and its parent. */
export interface SettledTask {
  readonly taskId: TaskId;
  readonly key: string;
  readonly type: string;
  readonly end:
    | { readonly state: 'succeeded'; readonly result: unknown }
    | { readonly state: 'dead' | 'cancelled' | 'skipped'; readonly reason: string }
    | { readonly state: 'decomposed' };
}

/**
 * Where a task counts: its state, or for a pending one what it waits for. `answered`: it is dead, and its parent answers for it.
 * `nobody`: it waits for something that nobody known can supply, and no time ends the wait.
 */
export type TaskBucket = Exclude<TaskState, 'pending'> | WaitingReason | 'answered' | 'nobody';

/** Tasks of a job by bucket; what is absent is zero. */
export type TaskCounts = Partial<Readonly<Record<TaskBucket, number>>>;

/** A job as it is stored. */
export interface Job {
  readonly id: JobId;
  readonly title: string;
  /** Stored with every change of a task, always {@link deriveJobState} of the rest. */
  readonly state: JobState;
  readonly groupKey: string | undefined;
  readonly exclusiveKey: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly attributes: unknown;
  readonly budget: Budget;
  readonly counts: TaskCounts;
  /** Spent by all its attempts so far. */
  readonly costMicroUsd: number;
  /** Wall time of all its attempts so far, in ms. */
  readonly wallMs: number;
  /** The number of its last event. */
  readonly lastSeq: number;
  readonly carriedBy: ProcessId | undefined;
  /** Whether no more tasks may be added from outside. */
  readonly sealed: boolean;
  readonly paused: boolean;
  /** Why it was paused; undefined when it is not. */
  readonly pausedReason?: string | undefined;
  /** Why and when it was asked to stop, if it was. */
  readonly cancel: { readonly reason: string; readonly at: number } | undefined;
  readonly createdAt: number;
  readonly endedAt: number | undefined;
}

export function bucketOf(task: Task): TaskBucket {
  if (task.state === 'dead' && isAnsweredFor(task)) return 'answered';
  if (task.state !== 'pending') return task.state;
  if (!('need' in task.waiting)) return task.waiting.reason;
  const { from, until } = task.waiting.need;
  return from === 'nobody' && until === undefined ? 'nobody' : task.waiting.reason;
}

/** @returns the counts with one task more in `bucket`, or with `by` of them. */
export function counted(counts: TaskCounts, bucket: TaskBucket, by = 1): TaskCounts {
  return { ...counts, [bucket]: (counts[bucket] ?? 0) + by };
}

/** The counts of several jobs together. */
export function addCounts(all: readonly TaskCounts[]): TaskCounts {
  return all.reduce<TaskCounts>(
    (sum, counts) => Object.entries(counts).reduce((sofar, [bucket, count]) => counted(sofar, bucket as TaskBucket, count), sum),
    {},
  );
}

/** Jobs by state, and the tasks of all of them. */
export function openJobs(jobs: readonly Pick<Job, 'counts' | 'state'>[]): {
  readonly counts: TaskCounts;
  readonly jobs: Partial<Readonly<Record<JobState, number>>>;
} {
  const byState: Partial<Record<JobState, number>> = {};
  for (const { state } of jobs) byState[state] = (byState[state] ?? 0) + 1;
  return { counts: addCounts(jobs.map(({ counts }) => counts)), jobs: byState };
}

/** How many tasks the counts are of. */
export function totalOf(counts: TaskCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/**
 * The state of a job, from its tasks and from what people did to it. What runs makes it running, also while it is being paused or
 * cancelled; what can move by itself makes it running; else what somebody can answer makes it waiting; else it may still be given
 * tasks; else something unfinished makes it stuck; else it has ended. Only a death that is nobody's to answer for makes it
 * failed: a parent that could not cope has died itself.
 */
export function deriveJobState({ counts, cancel, paused, sealed }: Pick<Job, 'counts' | 'cancel' | 'paused' | 'sealed'>): JobState {
  const has = (...buckets: readonly TaskBucket[]): boolean => buckets.some((bucket) => (counts[bucket] ?? 0) > 0);
  const moves = has('ready', 'backoff', 'capacity', 'paused');
  const canBeAnswered = has('person', 'event', 'budget', 'deadline');
  const open = !sealed && cancel === undefined;
  if (has('running')) return 'running';
  if (paused && (moves || canBeAnswered || open)) return 'paused';
  if (moves) return 'running';
  if (canBeAnswered) return 'waiting';
  if (open) return 'running';
  if (has('deps', 'children', 'repair', 'nobody')) return 'stuck';
  if (cancel !== undefined) return 'cancelled';
  return has('dead', 'cancelled') ? 'failed' : 'completed';
}

/** Whether the job is over: nothing of it will be executed any more, unless an operator revives a task. */
export function jobHasEnded(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled' || state === 'stuck';
}
