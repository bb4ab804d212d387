import type { NewJobEvent } from '../domain/events.ts';
import type { JobId } from '../domain/ids.ts';
import { bucketOf, counted, deriveJobState, jobHasEnded } from '../domain/job.ts';
import type { Job } from '../domain/job.ts';
import { hasEnded, transition } from '../domain/task.ts';
import type { Task, TaskChange } from '../domain/task.ts';
import type { Dispatch } from '../ports/dispatcher.ts';
import type { DependencyRecord } from '../ports/records.ts';
import type { StoreTransaction } from '../ports/store.ts';
import { jobStateReason } from './job-state-reason.ts';
import { meetDependency, settleNeighbours } from './neighbours.ts';
import type { EngineParts } from './parts.ts';

export function jobStream(id: JobId): string {
  return `job:${id}`;
}

/** Runs one change of the records in a transaction, with everything that follows from it, and announces it after the commit. */
export async function inChange<T>(parts: EngineParts, body: (change: Change) => Promise<T>): Promise<T> {
  let moved = false;
  const result = await parts.store.write(async (records) => {
    const change = new Change(records, parts);
    const value = await body(change);
    moved = await change.finish();
    return value;
  });
  if (moved) parts.changes.announce();
  return result;
}

/**
 * One transaction's worth of change. Every task moves through {@link Change.move}, so that row, event, counts,
 * neighbours, dispatch and the job's state can never be changed one without the others.
 */
export class Change {
  readonly records: StoreTransaction;
  readonly parts: EngineParts;
  readonly now: number;
  readonly #jobs = new Map<JobId, Job>();
  readonly #touched = new Set<JobId>();
  readonly #ended: Task[] = [];
  readonly #dispatches: Dispatch[] = [];

  constructor(records: StoreTransaction, parts: EngineParts) {
    this.records = records;
    this.parts = parts;
    this.now = parts.clock.now();
  }

  /** @throws when there is no such job: its tasks cannot exist without it. */
  async job(id: JobId): Promise<Job> {
    const known = this.#jobs.get(id) ?? (await this.records.job(id));
    if (known === undefined) throw new Error(`There is no job ${id}.`);
    this.#jobs.set(id, known);
    return known;
  }

  /** Stored when the change is finished. */
  setJob(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#touched.add(job.id);
  }

  /** Inserts new tasks with their edges; `existing` are tasks of the job that the edges may refer to. */
  async add(tasks: readonly Task[], edges: readonly DependencyRecord[], existing: readonly Task[] = []): Promise<void> {
    for (const task of tasks) {
      await this.records.insertTask(task);
      await this.#count(task, undefined);
      await this.event(task.jobId, {
        type: 'task.created',
        data: { ...reference(task), parentTaskId: task.parentTaskId ?? null },
      });
      if (task.state === 'ready') this.#dispatch(task);
    }
    for (const edge of edges) await this.records.insertDependency(edge);
    for (const edge of edges) {
      const on = existing.find((task) => task.id === edge.onTaskId);
      if (on !== undefined && hasEnded(on)) await meetDependency(this, edge, on);
    }
  }

  /** Changes the state of a task. @param reason for people; kept with the event. */
  async move(task: Task, what: TaskChange, reason: string): Promise<Task> {
    const step = transition(task, what, this.now);
    if (step.kind === 'impossible') throw new Error(step.why);
    const replaced = await this.records.replaceTask(step.task, { state: task.state, epoch: task.epoch });
    if (!replaced) throw new Error(`Task ${task.key} was changed by somebody else in the same transaction.`);
    if (bucketOf(step.task) !== bucketOf(task)) {
      await this.#count(step.task, task);
      if (step.task.state !== 'running') await this.event(task.jobId, stateEvent(step.task, reason));
    }
    if (step.task.state === 'ready') this.#dispatch(step.task);
    if (hasEnded(step.task)) this.#ended.push(step.task);
    return step.task;
  }

  async event(jobId: JobId, event: NewJobEvent): Promise<void> {
    await this.records.appendEvent(jobStream(jobId), this.now, event);
  }

  /** Carries on until nothing follows any more, then derives the states of the jobs. @returns whether anything changed. */
  async finish(): Promise<boolean> {
    for (let ended = this.#ended.shift(); ended !== undefined; ended = this.#ended.shift()) await settleNeighbours(this, ended);
    for (const id of this.#touched) await this.#finishJob(await this.job(id));
    if (this.#dispatches.length > 0) await this.parts.dispatcher.send(this.records, this.#dispatches);
    return this.#touched.size > 0;
  }

  async #finishJob(job: Job): Promise<void> {
    const state = deriveJobState(job.counts, job.cancel !== undefined);
    if (state !== job.state) {
      await this.event(job.id, {
        type: 'job.state',
        data: { jobId: job.id, state, reason: await jobStateReason(this.records, job, state) },
      });
    }
    await this.records.updateJob({ ...job, state, endedAt: jobHasEnded(state) ? (job.endedAt ?? this.now) : undefined });
  }

  async #count(task: Task, before: Task | undefined): Promise<void> {
    const job = await this.job(task.jobId);
    const without = before === undefined ? job.counts : counted(job.counts, bucketOf(before), -1);
    this.setJob({ ...job, counts: counted(without, bucketOf(task)) });
  }

  #dispatch(task: Task): void {
    this.#dispatches.push({ ref: { taskId: task.id, epoch: task.epoch }, priority: task.priority });
  }
}

/** How a task is named in events. */
export function reference(task: Task) {
  return { taskId: task.id, taskType: task.type, key: task.key };
}

function stateEvent(task: Task, reason: string): NewJobEvent {
  return {
    type: 'task.state',
    data: {
      ...reference(task),
      state: task.state,
      reason,
      ...(task.state === 'pending' ? { waiting: task.waiting.reason } : {}),
      ...(task.state === 'succeeded' ? { result: task.result.value } : {}),
    },
  };
}
