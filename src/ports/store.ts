import type { EventCursor, JobEvent, NewJobEvent } from '../domain/events.ts';
import type { JobId, ProcessId, TaskId } from '../domain/ids.ts';
import type { Job, JobState, TaskCounts } from '../domain/job.ts';
import type { ConcurrencyLimit, Limited, SetLimit } from '../domain/limits.ts';
import type { Route } from '../domain/needs.ts';
import type { Task, TaskIn, TaskState, Waiting, WaitingReason } from '../domain/task.ts';
import type { AttemptEndRecord, AttemptRecord, DecisionRecord, DependencyRecord, EffectRecord, ProcessRecord } from './records.ts';

/**
 * The records of the engine, in one namespace: the only truth there is. Knows rows, not their meaning, which lies in the
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
  /** None of these groups; those without a group are among the others. Not together with `groupKey`. */
  readonly exceptGroups?: readonly string[];
  /** Only those that have not ended, or only those that have. */
  readonly open?: boolean;
  /** Only those in one of these states. */
  readonly states?: readonly JobState[];
  readonly text?: JobText;
  /** Only those that come after this one in the order, which is that of their creation, the newest first. */
  readonly before?: Pick<Job, 'createdAt' | 'id'>;
  readonly limit?: number;
}

/** Only jobs in which some words are found, whatever their case: in their title, or at the beginning of the ten characters that people see. */
export interface JobText {
  readonly words: string;
  /** Those of these groups are found, too. */
  readonly orGroups: readonly string[];
  /** And those whose exclusive key, without the name of their group, begins with the one and has the other behind it. */
  readonly orKey: {
    readonly begins: string;
    readonly contains: string;
    /** Only of these groups; of any when absent. */
    readonly inGroups?: readonly string[];
  };
}

/** What is to be done in jobs that have not ended. */
export interface Backlog {
  readonly counts: TaskCounts;
  /** These jobs by state; what is absent is zero. */
  readonly jobs: Partial<Readonly<Record<JobState, number>>>;
  /** Since when (epoch ms) the task is ready that is ready longest; undefined where none is. */
  readonly readySince: number | undefined;
}

/** Tasks of a job that are alike. */
export interface TaskKind {
  readonly jobId: JobId;
  readonly type: string;
  readonly state: TaskState;
  /** Of pending ones. */
  readonly waiting: WaitingReason | undefined;
  readonly count: number;
}

export interface TaskFilter {
  readonly states?: readonly TaskState[];
  readonly type?: string;
  readonly limit?: number;
}

/** Which ready tasks are meant; a filter that is absent lets everything pass. */
export interface ReadyFilter {
  /** Task types by name. */
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
  readonly routes?: readonly Route[] | undefined;
  /** Epoch ms; those that became ready then or before. */
  readonly readyUntil?: number | undefined;
}

/** Which tasks of a job are named; a filter that is absent lets everything pass. */
export interface TaskIdFilter {
  readonly states?: readonly TaskState[];
  readonly waiting?: WaitingReason;
  /** Only those with a higher number. */
  readonly after?: number;
  readonly limit?: number;
}

/** What a pending task is called and waits for, without what it holds. */
export interface PendingTask {
  readonly id: TaskId;
  readonly key: string;
  readonly parentTaskId: TaskId | undefined;
  readonly waiting: Waiting;
}

export interface UnclaimedFilter {
  /** Only those in which something may be started, or only the others. */
  readonly ready?: boolean | undefined;
  /** Of those in which something may be started only those where it is of one of these types. */
  readonly types?: readonly string[] | undefined;
}

export interface StoreReader {
  job(id: JobId): Promise<Job | undefined>;
  /** Those that there are, in the order of their ids. */
  jobsById(ids: readonly JobId[]): Promise<readonly Job[]>;
  jobByIdempotencyKey(key: string): Promise<Job | undefined>;
  openJobByExclusiveKey(key: string): Promise<Job | undefined>;
  /** Newest first. */
  jobs(filter: JobFilter): Promise<readonly Job[]>;
  /** By full id or a beginning of the ten characters people see. */
  jobsByPrefix(prefix: string): Promise<readonly Job[]>;

  task(id: TaskId): Promise<Task | undefined>;
  /** Those that there are, in the order of their ids. */
  tasksById(ids: readonly TaskId[]): Promise<readonly Task[]>;
  /** In the order of their creation. */
  tasks(jobId: JobId, filter?: TaskFilter): Promise<readonly Task[]>;
  /** How many tasks of each kind these jobs have, in no order. */
  taskKinds(of: readonly JobId[]): Promise<readonly TaskKind[]>;
  /** All that is under way, added up. */
  backlog(): Promise<Backlog>;
  /** What is named without what it holds, in the order of their creation. */
  taskIds(jobId: JobId, filter?: TaskIdFilter): Promise<readonly { readonly id: TaskId; readonly number: number }[]>;
  /** In the order of their creation. @param needing only those that wait for what somebody has to supply. */
  pendingTasks(jobId: JobId, filter?: { readonly needing?: boolean; readonly limit?: number }): Promise<readonly PendingTask[]>;
  children(parentTaskId: TaskId, generation: number): Promise<readonly Task[]>;
  /** Whom these tasks wait for, by task and in the order in which it was said. */
  dependencies(of: readonly TaskId[]): Promise<readonly DependencyRecord[]>;
  /** Who waits for these tasks, by who waits. */
  dependents(on: readonly TaskId[]): Promise<readonly DependencyRecord[]>;

  /** Of a job, or of one task: by task in the order of their creation, then by epoch. */
  attempts(of: JobOrTask): Promise<readonly AttemptRecord[]>;
  decisions(of: JobOrTask): Promise<readonly DecisionRecord[]>;
  /** The newest first, by when they were begun and decided. */
  latestAttempts(jobId: JobId, limit: number): Promise<readonly AttemptRecord[]>;
  latestDecisions(jobId: JobId, limit: number): Promise<readonly DecisionRecord[]>;
  /** Those after `sinceSeq`, in order. */
  events(stream: string, sinceSeq: number, limit: number): Promise<readonly JobEvent[]>;
  /** Those of all streams after a position, from the first when it is absent. Nothing appears later before one that was given out. */
  eventsAfter(position: EventCursor | undefined, limit: number): Promise<readonly JobEvent[]>;
  /** The position of the last one that {@link eventsAfter} gives out now; of whichever namespace. undefined before there is any. */
  newestEvent(): Promise<EventCursor | undefined>;

  /** The types of the first ready tasks of a job, each once. @param among how many tasks are looked at. */
  readyTypes(jobId: JobId, among: number): Promise<readonly string[]>;
  /**
   * Ready tasks of the jobs that the process carries (undefined: that nobody carries) and that are neither paused nor cancelled: higher
   * priority first, then those that are ready longest.
   */
  readyTasks(carriedBy: ProcessId | undefined, limit: number, filter?: ReadyFilter): Promise<readonly TaskIn<'ready'>[]>;
  /** The routes of the ready tasks of jobs that nobody carries, each once. */
  readyRoutes(): Promise<readonly Route[]>;
  /** Of the ready tasks of the jobs that the process carries: what their limits go by, each kind once. */
  readyKinds(carriedBy: ProcessId): Promise<readonly Limited[]>;
  /** Tasks that run under a limit. */
  runningUnder(limit: ConcurrencyLimit): Promise<number>;
  /** Tasks that a limit holds back, of all jobs or of those that a process carries: higher priority first, then the oldest. */
  heldBack(limit: ConcurrencyLimit, most: number, carriedBy?: ProcessId): Promise<readonly Task[]>;
  limits(): Promise<readonly SetLimit[]>;
  runningTasks(owner: ProcessId): Promise<readonly Task[]>;
  /** Tasks whose wait is over by itself, of any job: see `isDue` of the domain. */
  dueTasks(now: number, limit: number): Promise<readonly Task[]>;
  /** Running tasks whose lease has run out. */
  expiredTasks(now: number, limit: number): Promise<readonly Task[]>;
  /** The first time (epoch ms) at which a wait is over by itself, or a lease runs out that has not run out at `now`. */
  nextScheduled(now: number): Promise<number | undefined>;

  /** Open jobs that nobody carries: first those in which something may be started, then the oldest. */
  unclaimedJobs(limit: number, filter?: UnclaimedFilter): Promise<readonly JobId[]>;
  /** Jobs with tasks that a cancel, a pause or a resume has not reached: see `unmoved` of the domain. */
  unmovedJobs(limit: number): Promise<readonly JobId[]>;
  /** Processes that have not been seen to end. */
  processes(): Promise<readonly ProcessRecord[]>;
  effect(key: string): Promise<EffectRecord | undefined>;
}

export type JobOrTask = { readonly jobId: JobId } | { readonly taskId: TaskId };

/** A task as it was read, and as it is to be. */
export interface TaskReplacement {
  readonly before: Task;
  readonly after: Task;
}

export interface StreamedEvent {
  readonly stream: string;
  /** The next number of its stream. */
  readonly seq: number;
  readonly at: number;
  readonly event: NewJobEvent;
}

/** Rows that are written together, in the order in which they stand here: what comes later may rest on what comes before. */
export interface Rows {
  readonly newJobs?: readonly Job[];
  readonly newTasks?: readonly Task[];
  readonly tasks?: readonly TaskReplacement[];
  readonly newAttempts?: readonly AttemptRecord[];
  readonly attemptEnds?: readonly { readonly id: AttemptRecord['id']; readonly end: AttemptEndRecord }[];
  readonly decisions?: readonly DecisionRecord[];
  readonly dependencies?: readonly DependencyRecord[];
  readonly events?: readonly StreamedEvent[];
  /** Everything of them that can change, but for who carries them. */
  readonly jobs?: readonly Job[];
}

/** While a transaction that writes has read a job, nobody else can change it. */
export interface StoreTransaction extends StoreReader {
  /** @throws TaskChanged when a task is not in the state and epoch any more in which it was read: somebody changed it in between. */
  save(rows: Rows): Promise<void>;
  /** No lease of the job's running tasks lasts past `limit` any more. */
  limitLeases(jobId: JobId, limit: number): Promise<void>;
  /** `most` undefined takes the limit away. */
  setLimit(limit: ConcurrencyLimit, most: number | undefined): Promise<void>;
  insertProcess(process: ProcessRecord): Promise<void>;
  endProcess(id: ProcessId, at: number): Promise<void>;
  /** Gives an open job to a process if nobody carries it. @returns whether it is now carried by that process. */
  carry(jobId: JobId, by: ProcessId): Promise<boolean>;
  /** Lets go of every job the process carries. */
  uncarry(by: ProcessId): Promise<void>;
  /** Writes the intent, or what became of it. */
  saveEffect(effect: EffectRecord): Promise<void>;
}
