import type { JobEvent, NewJobEvent } from '../domain/events.ts';
import type { JobId, ProcessId, TaskId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { Task, TaskState } from '../domain/task.ts';
import type { AttemptEndRecord, AttemptRecord, DecisionRecord, DependencyRecord, ProcessRecord, TaskRef } from './records.ts';

/**
 * The records of the engine: the only truth there is. Knows rows, not their meaning, which lies in the
 * domain and in weaver.
 */
export interface Store {
  /**
   * Runs `change` in a transaction and resolves after the commit; when it throws, nothing of it is stored.
   * The body may await calls of its transaction and nothing else, and may be run again.
   */
  write<T>(change: (transaction: StoreTransaction) => Promise<T>): Promise<T>;
  /** Runs `look` on one consistent state of what is committed. The same rule for its body. */
  read<T>(look: (records: StoreReader) => Promise<T>): Promise<T>;
}

export interface JobFilter {
  readonly groupKey?: string;
  /** Only those that have not ended, or only those that have. */
  readonly open?: boolean;
  readonly limit?: number;
}

export interface StoreReader {
  job(id: JobId): Promise<Job | undefined>;
  jobByIdempotencyKey(key: string): Promise<Job | undefined>;
  openJobByExclusiveKey(key: string): Promise<Job | undefined>;
  /** Newest first. */
  jobs(filter: JobFilter): Promise<readonly Job[]>;
  /** By full id or a beginning of the ten characters people see. */
  jobsByPrefix(prefix: string): Promise<readonly Job[]>;

  task(id: TaskId): Promise<Task | undefined>;
  /** In the order of their creation. */
  tasks(jobId: JobId): Promise<readonly Task[]>;
  children(parentTaskId: TaskId, generation: number): Promise<readonly Task[]>;
  dependencies(taskId: TaskId): Promise<readonly DependencyRecord[]>;
  dependents(onTaskId: TaskId): Promise<readonly DependencyRecord[]>;

  attempts(jobId: JobId): Promise<readonly AttemptRecord[]>;
  decisions(jobId: JobId): Promise<readonly DecisionRecord[]>;
  /** Those after `sinceSeq`, in order. */
  events(stream: string, sinceSeq: number, limit: number): Promise<readonly JobEvent[]>;

  /** Ready tasks of the jobs that the process carries and whose concurrency key is free: higher priority first, then those that are ready longest. */
  readyTasks(carriedBy: ProcessId, limit: number): Promise<readonly (TaskRef & { readonly type: string })[]>;
  /** Whether a task with this concurrency key runs. */
  concurrencyKeyTaken(key: string): Promise<boolean>;
  runningTasks(owner: ProcessId): Promise<readonly Task[]>;
  /** Tasks whose backoff is over, of any job. */
  dueTasks(now: number, limit: number): Promise<readonly Task[]>;
  /** Running tasks whose lease has run out. */
  expiredTasks(now: number, limit: number): Promise<readonly Task[]>;
  /** The first time (epoch ms) at which a backoff is over or a lease runs out. */
  nextScheduled(): Promise<number | undefined>;

  /** Open jobs that nobody carries. */
  unclaimedJobs(limit: number): Promise<readonly JobId[]>;
  /** Processes that have not been seen to end. */
  processes(): Promise<readonly ProcessRecord[]>;
}

export interface StoreTransaction extends StoreReader {
  insertJob(job: Job): Promise<void>;
  /** Writes everything of a job that can change, but for who carries it. */
  updateJob(job: Job): Promise<void>;
  insertTask(task: Task): Promise<void>;
  /** Writes `task` if it is still in the given state and epoch. @returns whether it was. */
  replaceTask(task: Task, expected: { readonly state: TaskState; readonly epoch: number }): Promise<boolean>;
  insertDependency(dependency: DependencyRecord): Promise<void>;
  insertAttempt(attempt: AttemptRecord): Promise<void>;
  endAttempt(id: AttemptRecord['id'], end: AttemptEndRecord): Promise<void>;
  insertDecision(decision: DecisionRecord): Promise<void>;
  appendEvent(stream: string, at: number, event: NewJobEvent): Promise<void>;
  /** No lease of the job's running tasks lasts past `limit` any more. */
  limitLeases(jobId: JobId, limit: number): Promise<void>;
  insertProcess(process: ProcessRecord): Promise<void>;
  endProcess(id: ProcessId, at: number): Promise<void>;
  /** Gives an open job to a process if nobody carries it. @returns whether it is now carried by that process. */
  carry(jobId: JobId, by: ProcessId): Promise<boolean>;
  /** Lets go of every job the process carries. */
  uncarry(by: ProcessId): Promise<void>;
}
