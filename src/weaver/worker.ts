import type { JobId, ProcessId, TaskId } from '../domain/ids.ts';
import { jobHasEnded } from '../domain/job.ts';
import type { Job, JobState } from '../domain/job.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import { accepts, readLabels } from '../domain/needs.ts';
import type { Labels, Route } from '../domain/needs.ts';
import type { Claiming, Consumer, Delivery, ReadyRefs } from '../ports/dispatcher.ts';
import type { Held } from '../ports/lock.ts';
import type { TaskRef } from '../ports/records.ts';
import type { StoreReader } from '../ports/store.ts';
import { attend, Expiries } from './attend.ts';
import { checkLimits } from './check-options.ts';
import type { WorkerHere } from './claim-here.ts';
import type { Claim } from './claim-task.ts';
import { claim } from './claim.ts';
import type { Claimant } from './claim.ts';
import type { Worker, WorkerLimits, WorkerOptions } from './engine.ts';
import { lockRemoved } from './lock-removed.ts';
import { noSuchJob } from './no-such-job.ts';
import { Places } from './places.ts';
import type { EngineParts } from './parts.ts';
import { persist } from './persist.ts';
import type { Persistence } from './persist.ts';
import { redispatch } from './redispatch.ts';
import { Running } from './running.ts';

/** What a worker is given by whoever has started it. */
export interface Started {
  readonly process: ProcessId;
  readonly life: Held;
  /** Jobs that it was told to carry and that had ended: it takes them up when they are opened again. */
  readonly uncarried: ReadonlySet<JobId>;
  /** Rejects when leases are renewed no more. */
  readonly renewing: Promise<never>;
  /** Gives everything back that is still held. */
  readonly end: () => Promise<void>;
}

/** Executes tasks from its making on, until it is stopped or cannot go on. */
export class RunningWorker implements Worker, Consumer, WorkerHere, Claimant {
  readonly adopts: boolean;
  readonly shares: boolean;
  readonly process: ProcessId;
  readonly #parts: EngineParts;
  readonly #expiries: Expiries;
  readonly #places: Places;
  /** Ready tasks as they were seen last, so that a claim need not read them again. */
  #seen = new Map<TaskId, Task>();
  /** The task types that it takes; all of them if it was told which jobs to do. */
  readonly #only: readonly string[] | undefined;
  readonly #labels: Labels | undefined;
  readonly #started: Started;
  readonly #uncarried: Set<JobId>;
  readonly #running: Running;
  readonly #delivery: Delivery;
  /** Rejects when the worker cannot go on, or whoever watches has failed. */
  readonly #over = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #shutdown = new AbortController();
  readonly #persistence: Persistence;
  #limits: WorkerLimits;
  #failure: { readonly error: unknown } | undefined;
  #livenessAt = 0;
  #stopping: Promise<void> | undefined;
  #draining = false;

  constructor(parts: EngineParts, options: WorkerOptions, started: Started) {
    this.#parts = parts;
    this.#limits = options;
    this.adopts = options.jobs === 'unclaimed';
    this.shares = options.jobs === 'shared';
    this.#only = this.adopts || this.shares ? [...parts.registrations.keys()] : undefined;
    this.#labels = labelsOf(options);
    this.process = started.process;
    this.#started = started;
    this.#persistence = { clock: parts.clock, forMs: parts.timing.leaseMs, signal: this.#shutdown.signal };
    this.#uncarried = new Set(started.uncarried);
    // Nobody has to listen.
    this.#over.promise.catch(() => undefined);
    this.#ended.promise.catch(() => undefined);
    this.#running = new Running(parts, {
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      persist: (work) => this.#persist(work),
      failed: (error) => this.failed(error),
      watcherFailed: (error) => this.#over.reject(error),
    });
    this.#places = new Places(this.#running, options);
    const { leaseMs, heartbeatMs } = parts.timing;
    this.#expiries = new Expiries(Math.min(leaseMs, heartbeatMs));
    started.renewing.catch((error: unknown) => this.failed(error));
    this.#delivery = parts.dispatcher.deliver(this);
    parts.workersHere.add(this);
  }

  places(): number {
    return this.#stopping === undefined && !this.#draining ? this.#places.free : 0;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  limit(limits: Partial<WorkerLimits>): void {
    checkLimits(limits);
    const { concurrency = this.#limits.concurrency, concurrencyByType = this.#limits.concurrencyByType } = limits;
    this.#limits = { concurrency, ...(concurrencyByType === undefined ? {} : { concurrencyByType }) };
    this.#places.limit(this.#limits);
    this.#delivery.wake();
  }

  async offer(ref: TaskRef): Promise<Claiming> {
    if (this.places() <= 0) return 'deferred';
    this.#places.keep(ref);
    try {
      const claimed = await this.#persist(() => claim(this.#parts, ref, { claimant: this, seen: this.#takeSeen(ref) }));
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
    return this.idle && this.#handles(task) && this.#places.reserve(task);
  }

  start(claimed: Claim): void {
    this.giveBack({ taskId: claimed.task.id, epoch: claimed.task.epoch });
    this.#start(claimed);
  }

  giveBack(ref: TaskRef): void {
    this.#places.giveBack(ref);
  }

  /** Whether it takes tasks of this type: somebody else may have a handler for what it has adopted, nobody for what it was told to do. */
  #handles({ type, route }: Task): boolean {
    return (this.#only?.includes(type) ?? true) && this.accepts(route);
  }

  accepts(route: Route): boolean {
    return this.#labels === undefined || accepts(this.#labels, route);
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

  async ready(limit: number, of: 'carried' | 'all'): Promise<ReadyRefs> {
    // Whoever shares carries nothing.
    if (this.shares && of === 'carried') return { refs: [], more: false };
    const { tasks, more } = await this.#places.find(limit, (most, except) =>
      this.#persist(() => this.#parts.store.read((records) => this.#readyTasks(records, { most, except }))),
    );
    const refs = tasks.map((task) => ({ taskId: task.id, epoch: task.epoch }));
    this.#seen = new Map(tasks.map((task) => [task.id, task]));
    return { refs, more };
  }

  async #readyTasks(
    records: StoreReader,
    { most, except }: { readonly most: number; readonly except: readonly string[] },
  ): Promise<readonly TaskIn<'ready'>[]> {
    const wanted = { only: this.#only, except };
    if (!this.shares) return records.readyTasks(this.process, most, wanted);
    const routes = (await records.readyRoutes()).filter((route) => this.accepts(route));
    return records.readyTasks(undefined, most, { ...wanted, routes });
  }

  redispatch(readyForMs: number): Promise<number> {
    const accepted = { types: this.#only, accepts: (route: Route) => this.accepts(route) };
    return this.#persist(() => redispatch(this.#parts, { readyForMs, ...accepted }));
  }

  async attend(): Promise<number | undefined> {
    if (this.#started.life.isIntact?.() === false) throw lockRemoved(this.process);
    return this.#persist(() => this.#attend());
  }

  async #attend(): Promise<number | undefined> {
    const { clock, timing } = this.#parts;
    const watch = clock.monotonic() >= this.#livenessAt;
    const seen = await attend(this.#parts, {
      process: this.process,
      running: this.#running,
      expiries: this.#expiries,
      adopt: this.adopts && this.#stopping === undefined,
      uncarried: this.#stopping === undefined ? this.#uncarried : new Set(),
      keeps: (ref) => this.#places.keeps(ref),
      watchOthers: watch,
    });
    if (watch) this.#livenessAt = seen.othersLive ? clock.monotonic() + timing.livenessMs : 0;
    return seen.othersLive ? Math.min(seen.next ?? Infinity, clock.now() + timing.livenessMs) : seen.next;
  }

  failed(why: unknown): void {
    this.#failure ??= { error: why };
    this.#over.reject(why);
    // What goes wrong in stopping comes after what has made it necessary, which `ended` says.
    this.stop().catch(() => undefined);
  }

  settled(jobId: JobId): Promise<JobState> {
    return this.#parts.life.call(() => this.#settled(jobId));
  }

  async #settled(jobId: JobId): Promise<JobState> {
    for (;;) {
      const changed = Promise.withResolvers<void>();
      const unsubscribe = this.#parts.changes.subscribe(({ jobs }) => {
        if (jobs === undefined || jobs.has(jobId) || this.#stopping !== undefined) changed.resolve();
      });
      try {
        const job = await this.#persist(() => this.#parts.store.read((records) => records.job(jobId)));
        if (job === undefined) throw noSuchJob(jobId);
        if (needsHelp(job) || jobHasEnded(job.state)) return job.state;
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#stopping !== undefined) return job.state;
        await Promise.race([changed.promise, this.#over.promise, this.#ended.promise]);
      } finally {
        unsubscribe();
      }
    }
  }

  async drain(): Promise<void> {
    this.#draining = true;
    // What is being claimed begins yet.
    while (this.#places.keepsAny || this.#running.size > 0) {
      await this.#places.noneKept();
      await this.#running.idle();
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
    this.#shutdown.abort();
    try {
      await Promise.all([this.#delivery.stop(), this.#running.stop()]);
      await this.#running.stop();
    } finally {
      await this.#started.end().catch((error: unknown) => this.#notEnded(error));
      this.#over.resolve();
      if (this.#failure === undefined) this.#ended.resolve();
      else this.#ended.reject(this.#failure.error);
    }
  }

  #notEnded(error: unknown): never {
    this.#ended.reject(this.#failure === undefined ? error : this.#failure.error);
    throw error;
  }

  /** Does what the storage may refuse, for as long as a lease lasts without being renewed. */
  #persist<T>(work: () => Promise<T>): Promise<T> {
    return persist(work, this.#persistence);
  }
}

/** Sound ones: they were looked at before. */
function labelsOf({ labels }: WorkerOptions): Labels | undefined {
  const read = labels === undefined ? undefined : readLabels(labels);
  return read?.kind === 'labels' ? read.labels : undefined;
}

/** Nothing of it goes on without somebody: what waits for a time alone does. */
function needsHelp({ state, counts }: Job): boolean {
  return state === 'paused' || (state === 'waiting' && (counts.deadline ?? 0) === 0);
}
