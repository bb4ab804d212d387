import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { JobId, ProcessId, TaskId } from '../domain/ids.ts';
import { jobHasEnded } from '../domain/job.ts';
import type { Job, JobState } from '../domain/job.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import { anyNews } from '../ports/changes.ts';
import type { Claiming, Consumer, Delivery, ReadyRefs } from '../ports/dispatcher.ts';
import type { Beating } from '../ports/heartbeat.ts';
import type { Held } from '../ports/lock.ts';
import type { TaskRef } from '../ports/records.ts';
import { attend, Expiries } from './attend.ts';
import { inChange } from './change.ts';
import type { WorkerHere } from './claim-here.ts';
import type { Claim } from './claim-task.ts';
import { claim } from './claim.ts';
import type { Claimant } from './claim.ts';
import type { Worker, WorkerLimits, WorkerOptions } from './engine.ts';
import { noSuchJob } from './no-such-job.ts';
import { Places } from './places.ts';
import type { EngineParts } from './parts.ts';
import { processLock, reapDeadProcesses, reapProcess } from './reap.ts';
import { Running } from './running.ts';

/** Starts to execute tasks. @throws Failure (notFoundOrLocked) when a job does not exist or a living process carries it. */
export async function startWorker(parts: EngineParts, options: WorkerOptions): Promise<Worker> {
  const process = parts.ids.next() as ProcessId;
  const life = await parts.locks.acquire(processLock(process));
  try {
    await inChange(parts, async (change) => {
      await (await change.records()).insertProcess({ id: process, pid: parts.pid, startedAt: change.now });
    });
    await reapDeadProcesses(parts, process);
    if (options.jobs !== 'unclaimed') await carry(parts, process, options.jobs);
  } catch (error) {
    await leave(parts, process, life);
    throw error;
  }
  return new RunningWorker(parts, options, process, life);
}

async function carry(parts: EngineParts, process: ProcessId, jobs: readonly JobId[]): Promise<void> {
  await inChange(parts, async (change) => {
    for (const id of jobs) {
      const job = await change.findJob(id);
      if (job === undefined) throw noSuchJob(id);
      if (job.endedAt !== undefined || (await change.carry(id, process))) continue;
      throw new Failure(
        'notFoundOrLocked',
        {
          what: `${displayId('run', id)} is being carried by another process.`,
          why: `Process ${job.carriedBy ?? ''} is alive and works on it.`,
          fix: 'Wait for it, or end that process first.',
        },
        { facts: { jobId: id, carriedBy: job.carriedBy } },
      );
    }
  });
}

/** What could not be settled (a full disk) is given back too, if now it can be. */
async function leave(parts: EngineParts, process: ProcessId, life: Held): Promise<void> {
  try {
    await reapProcess(parts, process);
  } catch (error) {
    // What the storage refuses now is done by the next process, which finds this one's lock free.
    if (!(error instanceof Failure)) throw error;
  } finally {
    await life.release({ remove: true });
  }
  parts.changes.announce(anyNews);
}

class RunningWorker implements Worker, Consumer, WorkerHere, Claimant {
  readonly adopts: boolean;
  readonly process: ProcessId;
  readonly #parts: EngineParts;
  readonly #options: WorkerOptions;
  readonly #expiries: Expiries;
  readonly #places: Places;
  /** Ready tasks as they were seen last, so that a claim need not read them again. */
  #seen = new Map<TaskId, Task>();
  /** The task types that it takes; all of them if it was told which jobs to do. */
  readonly #only: readonly string[] | undefined;
  readonly #life: Held;
  readonly #running: Running;
  readonly #delivery: Delivery;
  readonly #heartbeat: Promise<Beating>;
  readonly #over = Promise.withResolvers<void>();
  #livenessAt = 0;
  #stopping: Promise<void> | undefined;

  constructor(parts: EngineParts, options: WorkerOptions, process: ProcessId, life: Held) {
    this.#parts = parts;
    this.#options = options;
    this.adopts = options.jobs === 'unclaimed';
    this.#only = this.adopts ? [...parts.registrations.keys()] : undefined;
    this.process = process;
    this.#life = life;
    this.#over.promise.catch(() => undefined);
    this.#running = new Running(parts, options, (error) => this.failed(error));
    this.#places = new Places(this.#running, options);
    const { leaseMs, heartbeatMs } = parts.timing;
    this.#expiries = new Expiries(Math.min(leaseMs, heartbeatMs));
    this.#heartbeat = parts.heartbeat.start({ process, leaseMs, everyMs: heartbeatMs, failed: (error) => this.failed(error) });
    this.#heartbeat.catch((error: unknown) => this.failed(error));
    this.#delivery = parts.dispatcher.deliver(this);
    parts.workersHere.add(this);
  }

  places(): number {
    return this.#stopping === undefined ? this.#places.free : 0;
  }

  limit(limits: WorkerLimits): void {
    this.#places.limit(limits);
    this.#delivery.wake();
  }

  async offer(ref: TaskRef): Promise<Claiming> {
    if (this.places() <= 0) return 'deferred';
    this.#places.keep(ref);
    try {
      const claimed = await claim(this.#parts, ref, { claimant: this, seen: this.#takeSeen(ref) });
      if (claimed.kind === 'claimed') this.#start(claimed);
      return claimed.kind;
    } finally {
      this.#places.giveBack(ref);
    }
  }

  admit(task: TaskIn<'ready'>): boolean {
    return this.#handles(task) && this.#places.admit(task);
  }

  get idle(): boolean {
    return this.#delivery.idle && this.places() > 0;
  }

  reserve(task: TaskIn<'ready'>): boolean {
    return this.idle && this.#handles(task) && this.#places.admit(task);
  }

  start(claimed: Claim): void {
    this.giveBack({ taskId: claimed.task.id, epoch: claimed.task.epoch });
    this.#start(claimed);
  }

  giveBack(ref: TaskRef): void {
    this.#places.giveBack(ref);
  }

  /** Whether it takes tasks of this type: somebody else may have a handler for what it has adopted, nobody for what it was told to do. */
  #handles({ type }: Task): boolean {
    return this.#only?.includes(type) ?? true;
  }

  /** What was seen in another epoch is not what is offered. */
  #takeSeen({ taskId, epoch }: TaskRef): Task | undefined {
    const seen = this.#seen.get(taskId);
    this.#seen.delete(taskId);
    return seen?.epoch === epoch ? seen : undefined;
  }

  #start(claimed: Claim): void {
    this.#running.start(claimed, () => this.#delivery.wake());
    // Stopped while the claim was being written: the attempt is told at once.
    if (this.#stopping !== undefined) void this.#running.stop();
  }

  async ready(limit: number): Promise<ReadyRefs> {
    const { tasks, more } = await this.#places.find(limit, (most, except) =>
      this.#parts.store.read((records) => records.readyTasks(this.process, most, { only: this.#only, except })),
    );
    const refs = tasks.map((task) => ({ taskId: task.id, epoch: task.epoch }));
    this.#seen = new Map(tasks.map((task) => [task.id, task]));
    return { refs, more };
  }

  async attend(): Promise<number | undefined> {
    const { clock, timing } = this.#parts;
    const watch = clock.monotonic() >= this.#livenessAt;
    const seen = await attend(this.#parts, {
      process: this.process,
      running: this.#running,
      expiries: this.#expiries,
      adopt: this.#options.jobs === 'unclaimed' && this.#stopping === undefined,
      watchOthers: watch,
    });
    if (watch) this.#livenessAt = seen.othersLive ? clock.monotonic() + timing.livenessMs : 0;
    return seen.othersLive ? Math.min(seen.next ?? Infinity, clock.now() + timing.livenessMs) : seen.next;
  }

  failed(error: unknown): void {
    this.#over.reject(error);
  }

  async settled(jobId: JobId): Promise<JobState> {
    for (;;) {
      const changed = Promise.withResolvers<void>();
      const unsubscribe = this.#parts.changes.subscribe(({ jobs }) => {
        if (jobs === undefined || jobs.has(jobId) || this.#stopping !== undefined) changed.resolve();
      });
      try {
        const job = await this.#parts.store.read((records) => records.job(jobId));
        if (job === undefined) throw noSuchJob(jobId);
        if (needsHelp(job) || jobHasEnded(job.state) || this.#stopping !== undefined) return job.state;
        await Promise.race([changed.promise, this.#over.promise]);
      } finally {
        unsubscribe();
      }
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<void> {
    this.#parts.workersHere.delete(this);
    // One turn later, so that `places` already answers that there are none.
    await Promise.resolve();
    await Promise.all([this.#delivery.stop(), this.#running.stop()]);
    await this.#running.stop();
    try {
      await (await this.#heartbeat).stop();
    } finally {
      await leave(this.#parts, this.process, this.#life);
      this.#over.resolve();
    }
  }
}

/** Nothing of it goes on without somebody: what waits for a time alone does. */
function needsHelp({ state, counts }: Job): boolean {
  return state === 'paused' || (state === 'waiting' && (counts.deadline ?? 0) === 0);
}
