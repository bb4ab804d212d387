import type { JobId, TaskId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { SetLimit } from '../domain/limits.ts';
import type { Task } from '../domain/task.ts';
import type { AttemptEndRecord, AttemptRecord, DecisionRecord, DependencyRecord } from '../ports/records.ts';
import type { Rows, StoreTransaction, StreamedEvent } from '../ports/store.ts';

/** What a change is known to look at, before it looks. */
export interface Anticipated {
  readonly jobs: readonly JobId[];
  /** With their jobs. */
  readonly tasks: readonly TaskId[];
  /** Tasks whose dependencies are asked for. */
  readonly claiming: readonly TaskId[];
  /** Tasks whose dependents are told. */
  readonly settling: readonly TaskId[];
}

type Edges = Map<TaskId, readonly DependencyRecord[]>;

/**
 * What one transaction has read and is about to write. A job or task is read once and written once, however often it changed in
 * between; rows of one table are written together.
 */
export class UnitOfWork {
  readonly #records: StoreTransaction;
  readonly #jobs = new Map<JobId, Job>();
  readonly #changedJobs = new Set<JobId>();
  readonly #newJobs = new Set<JobId>();
  /** The newest known form of each task. */
  readonly #tasks = new Map<TaskId, Task>();
  /** Tasks as they are stored, of those that have changed since. */
  readonly #stored = new Map<TaskId, Task>();
  readonly #newTasks = new Set<TaskId>();
  /** Edges as they are stored, by the task that waits, and by the one that is waited for. */
  readonly #edgesFrom: Edges = new Map();
  readonly #edgesTo: Edges = new Map();
  #dependencies: DependencyRecord[] = [];
  #attempts: AttemptRecord[] = [];
  #ends: { readonly id: AttemptRecord['id']; readonly end: AttemptEndRecord }[] = [];
  #decisions: DecisionRecord[] = [];
  #events: StreamedEvent[] = [];

  constructor(records: StoreTransaction) {
    this.#records = records;
  }

  async job(id: JobId): Promise<Job | undefined> {
    const known = this.#jobs.get(id) ?? (await this.#records.job(id));
    if (known !== undefined) this.#jobs.set(id, known);
    return known;
  }

  setJob(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#changedJobs.add(job.id);
  }

  insertJob(job: Job): void {
    this.setJob(job);
    this.#newJobs.add(job.id);
  }

  async task(id: TaskId): Promise<Task | undefined> {
    const known = this.#tasks.get(id) ?? (await this.#records.task(id));
    if (known !== undefined) this.#tasks.set(id, known);
    return known;
  }

  expect(task: Task): void {
    if (!this.#tasks.has(task.id)) this.#tasks.set(task.id, task);
  }

  /**
   * Reads at once what changes that are about to be made will ask for one by one. What is read already is left as it is known.
   */
  async anticipate({ jobs, tasks, claiming, settling }: Anticipated): Promise<void> {
    const unread = tasks.filter((id) => !this.#tasks.has(id));
    if (unread.length > 0) this.#remember(await this.#records.tasksById(unread));
    const ofTasks = tasks.flatMap((id) => this.#tasks.get(id)?.jobId ?? []);
    const unreadJobs = [...new Set([...jobs, ...ofTasks])].filter((id) => !this.#jobs.has(id));
    if (unreadJobs.length > 0) for (const job of await this.#records.jobsById(unreadJobs)) this.#jobs.set(job.id, job);
    await this.#anticipateEdges(claiming, this.#edgesFrom, (edge) => edge.taskId);
    await this.#anticipateEdges(settling, this.#edgesTo, (edge) => edge.onTaskId);
  }

  /** Whom these wait for, or who waits for these, and the tasks at the other end. */
  async #anticipateEdges(ids: readonly TaskId[], known: Edges, at: (edge: DependencyRecord) => TaskId): Promise<void> {
    const unread = [...new Set(ids)].filter((id) => !known.has(id) && !this.#newTasks.has(id));
    if (unread.length === 0) return;
    const edges = await (known === this.#edgesFrom ? this.#records.dependencies(unread) : this.#records.dependents(unread));
    for (const id of unread)
      known.set(
        id,
        edges.filter((edge) => at(edge) === id),
      );
    const others = edges.flatMap(({ taskId, onTaskId }) => [taskId, onTaskId]).filter((id) => !this.#tasks.has(id));
    if (others.length > 0) this.#remember(await this.#records.tasksById([...new Set(others)]));
  }

  #remember(tasks: readonly Task[]): void {
    for (const task of tasks) if (!this.#tasks.has(task.id)) this.#tasks.set(task.id, task);
  }

  async dependents(onTaskId: TaskId): Promise<readonly DependencyRecord[]> {
    // Nobody can depend on what is not written yet but what is not written either.
    if (this.#newTasks.has(onTaskId)) return this.#dependencies.filter((edge) => edge.onTaskId === onTaskId);
    if (this.#dependencies.length > 0) await this.flushed();
    return this.#edgesTo.get(onTaskId) ?? this.#records.dependents([onTaskId]);
  }

  async dependencies(taskId: TaskId): Promise<readonly DependencyRecord[]> {
    if (this.#newTasks.has(taskId)) return this.#dependencies.filter((edge) => edge.taskId === taskId);
    if (this.#dependencies.length > 0) await this.flushed();
    return this.#edgesFrom.get(taskId) ?? this.#records.dependencies([taskId]);
  }

  /** What was set, which no task or job changes. */
  limits(): Promise<readonly SetLimit[]> {
    return this.#records.limits();
  }

  insertTask(task: Task): void {
    this.#tasks.set(task.id, task);
    this.#newTasks.add(task.id);
  }

  /** @throws when `before` is not what the task is now: the change would be made to something that is no more. */
  replaceTask(before: Task, after: Task): void {
    const known = this.#tasks.get(before.id);
    if (known !== undefined && known !== before) throw new Error(`Task ${before.key} was changed since it was looked at.`);
    this.#tasks.set(after.id, after);
    if (!this.#newTasks.has(after.id) && !this.#stored.has(after.id)) this.#stored.set(after.id, before);
  }

  insertDependency(dependency: DependencyRecord): void {
    this.#dependencies.push(dependency);
  }

  insertAttempt(attempt: AttemptRecord): void {
    this.#attempts.push(attempt);
  }

  endAttempt(id: AttemptRecord['id'], end: AttemptEndRecord): void {
    this.#ends.push({ id, end });
  }

  insertDecision(decision: DecisionRecord): void {
    this.#decisions.push(decision);
  }

  appendEvent(event: StreamedEvent): void {
    this.#events.push(event);
  }

  /** Writes everything and forgets what it has read of tasks. @returns the records as they are now. */
  async flushed(): Promise<StoreTransaction> {
    const records = this.#records;
    const rows = this.#rows();
    if (Object.keys(rows).length > 0) await records.save(rows);
    this.#changedJobs.clear();
    this.#newJobs.clear();
    this.#newTasks.clear();
    this.#stored.clear();
    this.#tasks.clear();
    this.#edgesFrom.clear();
    this.#edgesTo.clear();
    this.#dependencies = [];
    this.#attempts = [];
    this.#ends = [];
    this.#decisions = [];
    this.#events = [];
    return records;
  }

  /** The same, and what it has read of jobs: for what changes them behind its back. */
  async flushedAndForgotten(): Promise<StoreTransaction> {
    const records = await this.flushed();
    this.#jobs.clear();
    return records;
  }

  /** What there is to write. A new job is written as it is now, and not a second time. */
  #rows(): Rows {
    const changed = [...this.#changedJobs].filter((id) => !this.#newJobs.has(id));
    return withoutEmpty({
      newJobs: [...this.#newJobs].flatMap((id) => this.#jobs.get(id) ?? []),
      newTasks: this.#known(this.#newTasks),
      tasks: this.#replacements(),
      newAttempts: this.#attempts,
      attemptEnds: this.#ends,
      decisions: this.#decisions,
      dependencies: this.#dependencies,
      events: this.#events,
      jobs: changed.flatMap((id) => this.#jobs.get(id) ?? []),
    });
  }

  #known(ids: Iterable<TaskId>): readonly Task[] {
    return [...ids].flatMap((id) => this.#tasks.get(id) ?? []);
  }

  #replacements() {
    return [...this.#stored].flatMap(([id, before]) => {
      const after = this.#tasks.get(id);
      return after === undefined ? [] : [{ before, after }];
    });
  }
}

function withoutEmpty(rows: Rows): Rows {
  return Object.fromEntries(Object.entries(rows).filter(([, list]: [string, readonly unknown[]]) => list.length > 0));
}
