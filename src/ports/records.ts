import type { Decision } from '../domain/decision.ts';
import type { AttemptId, JobId, ProcessId, TaskId } from '../domain/ids.ts';
import type { ErrorCause, Outcome } from '../domain/outcome.ts';

/** Names one hand-out of a task: all that a queue may hold. */
export interface TaskRef {
  readonly taskId: TaskId;
  readonly epoch: number;
}

/** One execution of a task. */
export interface AttemptRecord {
  readonly id: AttemptId;
  readonly taskId: TaskId;
  readonly jobId: JobId;
  readonly epoch: number;
  readonly owner: ProcessId;
  readonly startedAt: number;
  /** Absent while it runs. */
  readonly end: AttemptEndRecord | undefined;
}

export interface AttemptEndRecord {
  readonly at: number;
  /** `released` and `cancelled` are the engine's doing and count against nothing. */
  readonly outcome: Outcome['kind'] | 'error' | 'released' | 'cancelled';
  /** `business`: it was executed and did not work. `infrastructure`: it could not be executed. */
  readonly errorKind: 'business' | 'infrastructure' | undefined;
  readonly cause: ErrorCause | undefined;
  readonly reason: string | undefined;
  readonly artifacts: NonNullable<Outcome['artifacts']>;
  readonly observations: readonly string[];
  readonly costMicroUsd: number;
}

/** What was decided after an attempt, and on what evidence; kept for ever. */
export interface DecisionRecord {
  readonly id: string;
  readonly taskId: TaskId;
  readonly jobId: JobId;
  readonly attemptId: AttemptId | undefined;
  /** Of the task when it was decided. */
  readonly epoch: number;
  /** The evidence, such as `failure: tests failed`. */
  readonly trigger: string;
  /** The name of the decider. */
  readonly policy: string;
  readonly kind: Decision['kind'];
  readonly reason: string;
  /** For a decision that gives birth to tasks their ids, in order. */
  readonly childTaskIds: readonly TaskId[];
  readonly decidedAt: number;
}

/** An edge of the task graph. */
export interface DependencyRecord {
  readonly taskId: TaskId;
  readonly onTaskId: TaskId;
  readonly until: 'succeeded' | 'settled';
  readonly ordinal: number;
}

/** One program that executes, or executed, tasks. It lives as long as the lock of its id is held. */
export interface ProcessRecord {
  readonly id: ProcessId;
  readonly pid: number;
  /** The name of its machine. */
  readonly host: string;
  /** What it has for tasks that need it, such as `agent:codex`; undefined for one that takes whatever it is given. */
  readonly labels: readonly string[] | undefined;
  readonly startedAt: number;
}

/** Something that must not happen twice outside: written before it is done, and with its result once it is known to have happened. */
export interface EffectRecord {
  /** The idempotency key that is handed to the outside. */
  readonly key: string;
  readonly taskId: TaskId;
  readonly intendedAt: number;
  /** Undefined while nobody knows whether it happened. `result` is JSON. */
  readonly done: { readonly at: number; readonly result: unknown } | undefined;
}
