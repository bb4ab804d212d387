import type { JobEvent } from '../domain/events.ts';
import type { JobId, ProcessId, TaskId } from '../domain/ids.ts';
import type { JobSpec, JobState, Submitted } from '../domain/job.ts';
import type { Artifact } from '../domain/outcome.ts';
import type { Task } from '../domain/task.ts';

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
  /** What it is waiting for, in words. */
  readonly bottleneck: string;
}

/** A task with everything that was tried. */
export interface TaskHistory {
  readonly task: Task;
  readonly attempts: readonly AttemptView[];
  readonly decisions: readonly DecisionView[];
}

export interface AttemptView {
  readonly id: string;
  readonly epoch: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly outcome: string | undefined;
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
  readonly kind: string;
  readonly reason: string;
  /** Of a decompose, in order. */
  readonly childTaskIds: readonly TaskId[];
  readonly decidedAt: number;
}

export type Answered =
  | { readonly kind: 'answered' }
  | { readonly kind: 'not-waiting'; readonly state: string }
  | { readonly kind: 'unknown' };

/** A program that executes tasks of the jobs it carries, until it is stopped. */
export interface Worker extends AsyncDisposable {
  /** The identity under which it holds leases. */
  readonly process: ProcessId;
  /** Resolves when the job has ended or can only go on with outside help (`waiting`, `stuck`, `paused`), or with the state it has when the worker is stopped. */
  settled(jobId: JobId): Promise<JobState>;
  /** Takes nothing new, aborts what runs, gives the leases back and resolves when every handler has returned. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** The jobs to carry; `unclaimed` also takes whatever no living process carries. */
  readonly jobs: readonly JobId[] | 'unclaimed';
  /** Tasks at the same time in this process. */
  readonly concurrency: number;
  /** Lower limits for single task types, by name. */
  readonly concurrencyByType?: Readonly<Record<string, number>>;
  /** Receives what handlers report with `context.progress`. */
  readonly onProgress?: (progress: {
    readonly jobId: JobId;
    readonly taskId: TaskId;
    readonly key: string;
    readonly data: unknown;
  }) => void;
}

/** The durable engine. Knows nothing of git, models or issues. */
export interface Engine extends AsyncDisposable {
  /** Validates the whole spec, then stores it in one transaction. @throws Failure (usage) naming the path of the fault. */
  submit(spec: JobSpec): Promise<Submitted>;
  job(id: JobId): Promise<JobView | undefined>;
  /** Newest first. */
  jobs(filter?: { readonly groupKey?: string; readonly open?: boolean; readonly limit?: number }): Promise<readonly JobView[]>;
  /** Finds by full id or by a beginning of the ten characters people see; more than one when it is not unique. */
  findJobs(idOrPrefix: string): Promise<readonly JobView[]>;
  tasks(jobId: JobId): Promise<readonly Task[]>;
  history(jobId: JobId): Promise<readonly TaskHistory[]>;
  /** What happened after `sinceSeq`, then what happens, until the job has ended or the signal aborts. */
  events(
    jobId: JobId,
    options?: { readonly sinceSeq?: number; readonly follow?: boolean; readonly signal?: AbortSignal },
  ): AsyncIterable<JobEvent>;
  /** Nothing new is started, running attempts are aborted, the reason stays with the job. */
  cancel(jobId: JobId, reason: string): Promise<void>;
  /** Answers a blocked task, once. */
  signal(taskId: TaskId, name: string, payload: unknown, by: string): Promise<Answered>;
  work(options: WorkerOptions): Promise<Worker>;
}
