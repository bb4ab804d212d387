import type { JobId, TaskId } from './ids.ts';

/** Limits; what is absent is inherited from the job, then from the defaults. */
export interface Budget {
  /** Executions that may fail or lose their lease; waits and resumes do not count. Default 5. */
  readonly attempts?: number;
  /** Wall time of one attempt, in ms. */
  readonly attemptMs?: number;
  /** Absolute time (epoch ms) after which nothing is started any more. */
  readonly deadline?: number;
  /** In micro-USD. */
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
  /** At most one task with the same key runs at a time, over all processes on the database. */
  readonly concurrencyKey?: string;
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
