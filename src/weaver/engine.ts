import type { Decision } from '../domain/decision.ts';
import type { EventCursor, JobEvent } from '../domain/events.ts';
import type { JobId, ProcessId, TaskId } from '../domain/ids.ts';
import type { JobSpec, JobState, Submitted, TaskSpec } from '../domain/job.ts';
import type { ConcurrencyLimit } from '../domain/limits.ts';
import type { Artifact } from '../domain/outcome.ts';
import type { Task } from '../domain/task.ts';
import type { AttemptEndRecord } from '../ports/records.ts';
import type { Backlog, JobFilter, TaskFilter, TaskKind } from '../ports/store.ts';
import type { StalledTask } from './stalled.ts';
import type { WorkerView } from './workers.ts';

export interface JobView {
  readonly id: JobId;
  readonly title: string;
  readonly state: JobState;
  readonly groupKey: string | undefined;
  readonly exclusiveKey: string | undefined;
  readonly attributes: unknown;
  readonly createdAt: number;
  readonly endedAt: number | undefined;
  /** Why it was cancelled, when it was. */
  readonly cancelReason: string | undefined;
  /** The living process that carries it, if any does. */
  readonly carriedBy: ProcessId | undefined;
  /** Tasks by state, in the words of the specification: queued, running, succeeded, retry_scheduled, dead, decomposed ... */
  readonly counts: Readonly<Record<string, number>>;
  /** Spent by all attempts of all its tasks so far, lost ones left out: what those cost is not known. */
  readonly costMicroUsd: number;
  /** Wall time of all its attempts so far, in ms. */
  readonly wallMs: number;
  /** Whether no more tasks may be added from outside. */
  readonly sealed: boolean;
  /** Whether somebody has paused it: what runs goes on, and its state says so once nothing does. */
  readonly isPaused: boolean;
  /** The number of the last thing that happened in it. */
  readonly lastEvent: number;
  /** What it is waiting for, in words. */
  readonly bottleneck: string;
}

/** A job as it is now, with what happened last. */
export interface JobStatus extends JobView {
  /** The newest first. */
  readonly latestAttempts: readonly (AttemptView & { readonly taskId: TaskId })[];
  readonly latestDecisions: readonly (DecisionView & { readonly taskId: TaskId })[];
}

/** A task with everything that was tried. */
export interface TaskHistory {
  readonly task: Task;
  /** Why it is in its state, in words. */
  readonly why: string;
  readonly attempts: readonly AttemptView[];
  readonly decisions: readonly DecisionView[];
  /** Of all its attempts, in order. */
  readonly artifacts: readonly Artifact[];
  /** In the order of their birth. */
  readonly childTaskIds: readonly TaskId[];
}

/** What a job has come to, also while it still runs. */
export interface JobResult {
  readonly jobId: JobId;
  readonly state: JobState;
  /** Why it is in its state, in words; of a cancelled job the reason that was given. */
  readonly reason: string;
  /** All of them, in the order of their creation. */
  readonly tasks: readonly TaskHistory[];
  /** Succeeded, decomposed or skipped. */
  readonly completed: readonly TaskHistory[];
  /** Dead or cancelled. */
  readonly failed: readonly TaskHistory[];
  readonly unfinished: readonly TaskHistory[];
}

export interface AttemptView {
  readonly id: string;
  readonly epoch: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly outcome: AttemptEndRecord['outcome'] | undefined;
  readonly errorKind: 'business' | 'infrastructure' | undefined;
  readonly reason: string | undefined;
  readonly artifacts: readonly Artifact[];
  readonly observations: readonly string[];
  readonly costMicroUsd: number;
}

export interface DecisionView {
  readonly attemptId: string | undefined;
  readonly trigger: string;
  readonly policy: string;
  readonly kind: Decision['kind'];
  readonly reason: string;
  /** Of a decompose, in order. */
  readonly childTaskIds: readonly TaskId[];
  readonly decidedAt: number;
}

export type Answered =
  | { readonly kind: 'answered' }
  | { readonly kind: 'not-waiting'; readonly state: string }
  /** Its job was stuck, and another one has begun under its exclusive key. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown' };

export type Retried = { readonly kind: 'retried' } | { readonly kind: 'refused'; readonly why: string } | { readonly kind: 'unknown' };

/** A program that executes tasks of the jobs it carries, until it is stopped. */
export interface Worker extends AsyncDisposable {
  /** The identity under which it holds leases. */
  readonly process: ProcessId;
  /**
   * Resolves when the job has ended or can only go on with outside help (`waiting`, `stuck`, `paused`), or with the state it has when the
   * worker is stopped. Rejects when the worker cannot go on (see {@link ended}), or with what `onProgress` has thrown.
   */
  settled(jobId: JobId): Promise<JobState>;
  /**
   * Resolves when it has been stopped. Rejects when it could not go on, with what has ended it: the storage has refused it for longer than
   * a lease lasts, leases were renewed no more, or a defect. It has given back what it could then, and another worker may take over. A
   * program that never asks for `settled` hears of it here; nobody has to.
   */
  readonly ended: Promise<void>;
  /** Changes how much it does at a time; what is absent stays as it is, and what runs already goes on. @throws Failure (usage) */
  limit(limits: Partial<WorkerLimits>): void;
  /** Takes nothing new and lets what runs come to its end. Resolves when nothing is under way any more, also by {@link stop}. */
  drain(): Promise<void>;
  /** Takes nothing new, aborts what runs, gives the leases back and resolves when every handler has returned. */
  stop(): Promise<void>;
}

/** How much a worker does at a time. */
export interface WorkerLimits {
  /** Tasks at the same time in this process; 0 starts nothing. */
  readonly concurrency: number;
  /** Lower limits for single task types, by name. */
  readonly concurrencyByType?: Readonly<Record<string, number>>;
}

export interface WorkerOptions extends WorkerLimits {
  /**
   * The jobs to carry, also when they have ended and are opened again by a retry; `unclaimed` carries whatever no living process carries;
   * `shared`, where the engine shares, takes single tasks of what nobody carries, beside any number of others that do.
   */
  readonly jobs: readonly JobId[] | 'unclaimed' | 'shared';
  /**
   * What it has for tasks that need it, such as `agent:codex` or `memoryMb=8192`: it takes none that needs something else. Without labels it
   * takes every task.
   */
  readonly labels?: readonly string[];
  /** Receives what handlers report with `context.progress`. What it throws comes out of `settled`; the task goes on. */
  readonly onProgress?: (progress: {
    readonly jobId: JobId;
    readonly taskId: TaskId;
    readonly key: string;
    readonly data: unknown;
  }) => void;
}

/** The durable engine. Knows nothing of git, models or issues. Once it is disposed, whatever is asked of it is a Failure (usage). */
export interface Engine extends AsyncDisposable {
  /** Validates the whole spec, then stores it in one transaction. @throws Failure (usage) naming the path of the fault. */
  submit(spec: JobSpec): Promise<Submitted>;
  /** Gives a job that was left open more tasks, all or none. @throws Failure (usage) naming the path of the fault. */
  add(jobId: JobId, tasks: readonly TaskSpec[]): Promise<readonly TaskId[]>;
  /** No more tasks will be added from outside. */
  seal(jobId: JobId): Promise<void>;
  status(id: JobId): Promise<JobStatus | undefined>;
  /** Newest first. */
  jobs(filter?: JobFilter): Promise<readonly JobView[]>;
  /** Finds by full id or by a beginning of the ten characters people see; more than one when it is not unique. */
  findJobs(idOrPrefix: string): Promise<readonly JobView[]>;
  /** @throws Failure (notFoundOrLocked) when there is no such job. */
  result(jobId: JobId): Promise<JobResult>;
  task(taskId: TaskId): Promise<TaskHistory | undefined>;
  /** In the order of their creation. */
  tasks(jobId: JobId, filter?: TaskFilter): Promise<readonly Task[]>;
  /** How many tasks of each kind these jobs have, in no order. */
  taskKinds(jobIds: readonly JobId[]): Promise<readonly TaskKind[]>;
  /** Every execution of every task of a job: by task in the order of their creation, then in theirs. */
  attempts(jobId: JobId): Promise<readonly (AttemptView & { readonly taskId: TaskId })[]>;
  /** Every decision about every task of a job, in the same order. */
  decisions(jobId: JobId): Promise<readonly (DecisionView & { readonly id: string; readonly taskId: TaskId })[]>;
  /** What is to be done in all jobs that have not ended. */
  backlog(): Promise<Backlog>;
  /**
   * Tasks that do not go on although they could, the longest first: their lease has run out, or nobody has taken them for so long although nobody carries their
   * job. @param readyForMs how long a task may be ready. @param limit of each kind.
   */
  stalled(readyForMs: number, limit: number): Promise<readonly StalledTask[]>;
  /**
   * What happened after `sinceSeq`; with `follow` then what happens, until the job has ended, the signal aborts or the engine is disposed.
   *
   * @throws Failure (notFoundOrLocked) when there is no such job.
   */
  events(
    jobId: JobId,
    options?: { readonly sinceSeq?: number; readonly follow?: boolean; readonly signal?: AbortSignal },
  ): AsyncIterable<JobEvent>;
  /**
   * What happens to all jobs of the namespace, in the order in which it was committed: nothing ever appears before what was given out. With
   * `after` from the event with that position on; with `follow` then what happens, until the signal aborts or the engine is disposed. Who need not know
   * at once says so with `paceMs`: the records are then read once for what happens within so long.
   */
  eventsOfAll(options?: {
    readonly after?: EventCursor;
    readonly follow?: boolean;
    readonly paceMs?: number;
    readonly signal?: AbortSignal;
  }): AsyncIterable<JobEvent>;
  /** From where {@link eventsOfAll} tells only what happens from now on; undefined before anything has happened. */
  newestEvent(): Promise<EventCursor | undefined>;
  /** Nothing new is started, running attempts are aborted, the reason stays with the job. */
  cancel(jobId: JobId, reason: string): Promise<void>;
  /** Answers a blocked task, once. */
  signal(taskId: TaskId, name: string, payload: unknown, by: string): Promise<Answered>;
  /** Starts nothing of the job until it is resumed; what runs goes on to its end. @returns whether it was going on. */
  pause(jobId: JobId, reason: string): Promise<boolean>;
  /** @returns whether it was paused. */
  resume(jobId: JobId): Promise<boolean>;
  /** Tries a dead task again, with a full budget, and those that were skipped because of it; ends the wait of one that waits for its next attempt. */
  retry(taskId: TaskId, by: string): Promise<Retried>;
  /** How many tasks of a type, or under a concurrency key, may run at a time over all processes; undefined takes the limit away. */
  limit(limit: ConcurrencyLimit, most: number | undefined): Promise<void>;
  /** Who executes tasks now, in this namespace. */
  workers(): Promise<readonly WorkerView[]>;
  /** Hands out again everything that is ready in jobs that nobody carries: rebuilds a dispatcher from the records. @returns how many tasks. */
  redispatch(): Promise<number>;
  /**
   * Executes tasks, from when its leases are being renewed.
   *
   * @throws Failure (configuration) when a task type that was declared has no handler, or leases cannot be renewed; (usage) naming the
   * option that is none; (notFoundOrLocked) when a job does not exist or a living process carries it.
   */
  work(options: WorkerOptions): Promise<Worker>;
}
