import type { JobId, TaskId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { SetLimit } from '../domain/limits.ts';
import type { Task } from '../domain/task.ts';
import type { AttemptEndRecord, AttemptRecord, DecisionRecord, DependencyRecord } from '../ports/records.ts';
import type { StoreTransaction, StreamedEvent } from '../ports/store.ts';

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

  async dependents(onTaskId: TaskId): Promise<readonly DependencyRecord[]> {
    // Nobody can depend on what is not written yet but what is not written either.
    if (this.#newTasks.has(onTaskId)) return this.#dependencies.filter((edge) => edge.onTaskId === onTaskId);
    if (this.#dependencies.length > 0) await this.flushed();
    return this.#records.dependents(onTaskId);
  }

  async dependencies(taskId: TaskId): Promise<readonly DependencyRecord[]> {
    if (this.#newTasks.has(taskId)) return this.#dependencies.filter((edge) => edge.taskId === taskId);
    if (this.#dependencies.length > 0) await this.flushed();
    return this.#records.dependencies(taskId);
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
    for (const id of this.#newJobs) await this.#insertJob(id);
    if (this.#newTasks.size > 0) await records.insertTasks(this.#known(this.#newTasks));
    // First what can turn out to be otherwise than it was believed: the rest rests on it.
    if (this.#stored.size > 0) await records.replaceTasks(this.#replacements());
    if (this.#attempts.length > 0) await records.insertAttempts(this.#attempts);
    if (this.#ends.length > 0) await records.endAttempts(this.#ends);
    if (this.#decisions.length > 0) await records.insertDecisions(this.#decisions);
    if (this.#dependencies.length > 0) await records.insertDependencies(this.#dependencies);
    if (this.#events.length > 0) await records.appendEvents(this.#events);
    if (this.#changedJobs.size > 0) await records.updateJobs([...this.#changedJobs].flatMap((id) => this.#jobs.get(id) ?? []));
    this.#changedJobs.clear();
    this.#newJobs.clear();
    this.#newTasks.clear();
    this.#stored.clear();
    this.#tasks.clear();
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

  /** As it is now, so that it need not be written a second time. */
  async #insertJob(id: JobId): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    await this.#records.insertJob(job);
    this.#changedJobs.delete(id);
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
