import type { NewJobEvent } from '../domain/events.ts';
import type { JobId, ProcessId, TaskId } from '../domain/ids.ts';
import { bucketOf, counted, deriveJobState, jobHasEnded } from '../domain/job.ts';
import type { Job } from '../domain/job.ts';
import { hasEnded, waitEnds } from '../domain/task.ts';
import { transition } from '../domain/transition.ts';
import type { Task, TaskIn, TaskState } from '../domain/task.ts';
import type { TaskChange } from '../domain/transition.ts';
import { TaskChanged } from '../domain/task-changed.ts';
import type { News } from '../ports/changes.ts';
import type { Dispatch } from '../ports/dispatcher.ts';
import type { AttemptRecord, DecisionRecord, DependencyRecord } from '../ports/records.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { jobStateReason } from './job-state-reason.ts';
import type { PendingReader } from './job-state-reason.ts';
import { LimitsInForce } from './limits.ts';
import { meetDependency, settleNeighbours } from './neighbours.ts';
import { claimHere } from './claim-here.ts';
import type { ClaimedHere } from './claim-here.ts';
import type { EngineParts } from './parts.ts';
import { reference } from './reference.ts';
import { UnitOfWork } from './unit-of-work.ts';
import type { Anticipated } from './unit-of-work.ts';

/** What a change needs of the engine. */
export type ChangeParts = Omit<EngineParts, 'queue'>;

export function jobStream(id: JobId): string {
  return `job:${id}`;
}

/**
 * Runs one change of the records in a transaction, with everything that follows from it, and announces it after the commit.
 *
 * @param anticipated what it will look at, where that is known: many changes read theirs at once then.
 */
export function inChange<T>(parts: EngineParts, body: (change: Change) => Promise<T>, anticipated?: Partial<Anticipated>): Promise<T> {
  return parts.queue.run(body, anticipated);
}

/**
 * One transaction's worth of change. Every task moves through {@link Change.move}, so that row, event, counts,
 * neighbours, dispatch and the job's state can never be changed one without the others. What is written reaches the records
 * when the change is finished, or when somebody asks for them ({@link Change.records}).
 */
export class Change {
  readonly parts: ChangeParts;
  /** Epoch ms; the same for everything that happens in this change. */
  readonly now: number;
  readonly limits: LimitsInForce;
  readonly #work: UnitOfWork;
  readonly #touched = new Set<JobId>();
  readonly #left: Task[] = [];
  readonly #dispatches = new Map<TaskId, TaskIn<'ready'>>();
  #ready = false;
  #expects = false;
  #attend = false;
  #scheduled: number | undefined;
  readonly #claimed: ClaimedHere[] = [];
  /** Writes what is pending before it looks: most reasons say nothing of the records, and cost no write of their own. */
  readonly #look: PendingReader = {
    pendingTasks: async (...given) => (await this.records()).pendingTasks(...given),
    dependencies: async (...given) => (await this.records()).dependencies(...given),
  };

  constructor(records: StoreTransaction, parts: ChangeParts) {
    this.parts = parts;
    this.now = parts.clock.now();
    this.#work = new UnitOfWork(records);
    this.limits = new LimitsInForce(this, () => this.#work.limits());
  }

  /** The records with everything in them that was changed so far. */
  records(): Promise<StoreTransaction> {
    return this.#work.flushed();
  }

  /** @throws when there is no such job: its tasks cannot exist without it. */
  async job(id: JobId): Promise<Job> {
    const job = await this.findJob(id);
    if (job === undefined) throw new Error(`There is no job ${id}.`);
    return job;
  }

  findJob(id: JobId): Promise<Job | undefined> {
    return this.#work.job(id);
  }

  task(id: TaskId): Promise<Task | undefined> {
    return this.#work.task(id);
  }

  /**
   * A task again, after something that may have written the change and so forgotten what it knew.
   *
   * @throws TaskChanged when it was expected to be something else than it is.
   */
  async again<State extends TaskState>(task: TaskIn<State>): Promise<TaskIn<State>> {
    const found = await this.task(task.id);
    if (found?.state !== task.state || found.epoch !== task.epoch) throw new TaskChanged(task);
    return found as TaskIn<State>;
  }

  /** A task as it is known to be unless somebody has changed it, which the records notice: it need not be read. */
  expect(task: Task): void {
    this.#expects = true;
    this.#work.expect(task);
  }

  /** Whether something is believed without having been read: when that turns out wrong, reading it again in the same way does not help. */
  get expects(): boolean {
    return this.#expects;
  }

  /** Who waits for a task, in no order that means anything. */
  dependents(onTaskId: TaskId): Promise<readonly DependencyRecord[]> {
    return this.#work.dependents(onTaskId);
  }

  /** Whom a task waits for, in the order in which it was said. */
  dependencies(taskId: TaskId): Promise<readonly DependencyRecord[]> {
    return this.#work.dependencies(taskId);
  }

  /** See {@link UnitOfWork.anticipate}. */
  anticipate(anticipated: Anticipated): Promise<void> {
    return this.#work.anticipate(anticipated);
  }

  /** Stored when the change is finished. */
  setJob(job: Job): void {
    this.#work.setJob(job);
    this.#touched.add(job.id);
  }

  insertJob(job: Job): void {
    this.#work.insertJob(job);
    this.#touched.add(job.id);
  }

  insertAttempt(attempt: AttemptRecord): void {
    this.#work.insertAttempt(attempt);
  }

  endAttempt(id: AttemptRecord['id'], end: NonNullable<AttemptRecord['end']>): void {
    this.#work.endAttempt(id, end);
  }

  insertDecision(decision: DecisionRecord): void {
    this.#work.insertDecision(decision);
  }

  /** A worker has to look after something. */
  callForAttention(): void {
    this.#attend = true;
  }

  /** Gives an open job to a process if nobody carries it. @returns whether it is now carried by that process. */
  async carry(id: JobId, by: ProcessId): Promise<boolean> {
    const carried = await (await this.records()).carry(id, by);
    const job = carried ? await this.job(id) : undefined;
    if (job !== undefined) this.#work.setJob({ ...job, carriedBy: by });
    this.#ready ||= carried;
    return carried;
  }

  /** A process has ended, or is about to: nobody carries its jobs any more, and what is ready in them keeps no place from others. */
  async endProcess(id: ProcessId): Promise<void> {
    const records = await this.#work.flushedAndForgotten();
    const abandoned = await records.readyKinds(id);
    await records.uncarry(id);
    await records.endProcess(id, this.now);
    this.#attend = true;
    for (const kind of abandoned) await this.limits.lift(kind);
  }

  /** No lease of the job's running tasks lasts past `limit` (epoch ms) any more. */
  async limitLeases(id: JobId, limit: number): Promise<void> {
    await (await this.records()).limitLeases(id, limit);
    this.#attend = true;
  }

  /** Inserts new tasks with their edges, which may also lead to tasks of the job that exist already. */
  async add(tasks: readonly Task[], edges: readonly DependencyRecord[]): Promise<void> {
    const born = new Set<TaskId>();
    for (const planned of tasks) {
      const task = await this.#heldIfPaused(planned);
      born.add(task.id);
      this.#work.insertTask(task);
      await this.#count(task, undefined);
      await this.event(task.jobId, { type: 'task.created', data: { ...reference(task), parentTaskId: task.parentTaskId ?? null } });
      this.#follow(task);
    }
    await this.addEdges(edges, born);
  }

  /** @param unended tasks that are known not to have ended, so that nobody looks. */
  async addEdges(edges: readonly DependencyRecord[], unended: ReadonlySet<TaskId> = new Set()): Promise<void> {
    for (const edge of edges) this.#work.insertDependency(edge);
    for (const edge of edges) {
      const on = unended.has(edge.onTaskId) ? undefined : await this.task(edge.onTaskId);
      if (on !== undefined && hasEnded(on)) await meetDependency(this, edge, on);
    }
  }

  /** Changes the state of a task. @param reason for people; kept with the event. */
  async move(task: Task, what: TaskChange, reason: string): Promise<Task> {
    const step = transition(task, what, this.now);
    if (step.kind === 'impossible') throw new Error(step.why);
    const moved = await this.#heldIfPaused(step.task);
    this.#work.replaceTask(task, moved);
    if (bucketOf(moved) !== bucketOf(task)) {
      await this.#count(moved, task);
      if (moved.state !== 'running') await this.event(task.jobId, stateEvent(moved, reason));
    }
    this.limits.moved(task, moved);
    this.#follow(moved);
    // What can be executed no more leaves the places to others that its limits would have given it.
    const held = task.state === 'ready' && moved.state === 'pending';
    if (hasEnded(moved) || task.state === 'running' || held) this.#left.push(moved);
    return moved;
  }

  async event(jobId: JobId, event: NewJobEvent): Promise<void> {
    const job = await this.job(jobId);
    const seq = job.lastSeq + 1;
    this.setJob({ ...job, lastSeq: seq });
    this.#work.appendEvent({ stream: jobStream(jobId), seq, at: this.now, event });
  }

  /** Runs one body of the change, and carries on until nothing follows from it any more. */
  async run<T>(body: (change: Change) => Promise<T>): Promise<T> {
    const value = await body(this);
    await this.#carryOn();
    return value;
  }

  async #carryOn(): Promise<void> {
    for (let task = this.#left.shift(); task !== undefined; task = this.#left.shift()) {
      if (hasEnded(task)) await settleNeighbours(this, task);
      await this.limits.lift(task);
    }
  }

  /** What was claimed for workers of this program, for when it is committed, or when it is not. */
  get claimed(): readonly ClaimedHere[] {
    return this.#claimed;
  }

  /** Claims what there is a place for, derives the states of the jobs and writes what is left to write. @returns what it means for those who wait, if it means anything. */
  async finish(): Promise<News | undefined> {
    await claimHere(this, [...this.#dispatches.values()], (claimed) => this.#claimed.push(claimed));
    await this.#carryOn();
    for (const id of this.#touched) await this.#finishJob(await this.job(id));
    const records = await this.#work.flushed();
    if (this.#dispatches.size > 0) await this.parts.dispatcher.send(records, await this.#toSend());
    if (this.#touched.size === 0 && !this.#attend && !this.#ready) return undefined;
    return { ready: this.#ready || this.#dispatches.size > 0, attend: this.#attend, scheduled: this.#scheduled, jobs: this.#touched };
  }

  async #toSend(): Promise<readonly Dispatch[]> {
    const dispatches: Dispatch[] = [];
    for (const { id: taskId, epoch, priority, route, jobId } of this.#dispatches.values())
      dispatches.push({ ref: { taskId, epoch }, priority, route, carriedBy: (await this.job(jobId)).carriedBy });
    return dispatches;
  }

  async #finishJob(job: Job): Promise<void> {
    const state = deriveJobState(job);
    if (state !== job.state) {
      const reason = await jobStateReason(this.#look, job, state);
      await this.event(job.id, { type: 'job.state', data: { jobId: job.id, state, reason } });
    }
    const endedAt = jobHasEnded(state) ? (job.endedAt ?? this.now) : undefined;
    // Whoever carried it may be gone; nobody looked for another while it had ended.
    this.#attend ||= job.endedAt !== undefined && endedAt === undefined;
    this.#work.setJob({ ...(await this.job(job.id)), state, endedAt });
  }

  async #count(task: Task, before: Task | undefined): Promise<void> {
    const job = await this.job(task.jobId);
    const without = before === undefined ? job.counts : counted(job.counts, bucketOf(before), -1);
    this.setJob({ ...job, counts: counted(without, bucketOf(task)) });
  }

  /** What becomes ready in a paused job waits there. */
  async #heldIfPaused(task: Task): Promise<Task> {
    if (task.state !== 'ready' || !(await this.job(task.jobId)).paused) return task;
    const step = transition(task, { type: 'held', waiting: { reason: 'paused' } }, this.now);
    if (step.kind === 'impossible') throw new Error(step.why);
    return step.task;
  }

  #follow(task: Task): void {
    if (task.state === 'ready') this.#dispatches.set(task.id, task);
    else this.#dispatches.delete(task.id);
    const until = task.state === 'pending' ? waitEnds(task.waiting) : task.state === 'running' ? task.lease.until : undefined;
    if (until !== undefined) this.#scheduled = Math.min(until, this.#scheduled ?? until);
  }
}

function stateEvent(task: Task, reason: string): NewJobEvent {
  return {
    type: 'task.state',
    data: {
      ...reference(task),
      state: task.state,
      reason,
      ...(task.state === 'pending' ? { waiting: task.waiting.reason } : {}),
    },
  };
}
