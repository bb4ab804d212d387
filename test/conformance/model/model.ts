import type { Action, TaskName } from './actions.ts';
import { brokenPayload } from './actions.ts';
import { budgetReached } from './decide.ts';
import { hasEnded, placesOfWorker, timing } from './parts.ts';
import type { ModelAttempt, ModelLease, ModelTask, ModelWorker } from './parts.ts';
import { ModelRecords, unmet } from './records.ts';
import { endOf, settleRunning } from './settle.ts';
import type { End } from './settle.ts';

/**
 * What an engine has to do, said a second time and as simply as possible: plain objects that are changed in place. Every action answers
 * what the engine's call has to answer.
 */
export class Model extends ModelRecords {
  act(action: Action): unknown {
    switch (action.op) {
      case 'submit':
        return this.#submit(action);
      case 'add':
        return this.#add(action);
      case 'seal':
        return this.#seal(action.job);
      case 'pause':
        return this.#pause(action.job);
      case 'resume':
        return this.#resume(action.job);
      case 'cancel':
        return this.#cancel(action.job);
      case 'claim':
        return this.#claimNext(action.worker);
      case 'offer':
        return this.#offer(action.worker, this.named(action.task), action.epoch);
      case 'settle':
        return this.#return(action);
      case 'retry':
        return this.#retry(this.named(action.task));
      case 'signal':
        return this.#signal(this.named(action.task), action.name);
      case 'limit':
        return this.#limit(action);
      case 'pass':
        return this.#pass(action.ms, action.beating);
      case 'jump':
        this.wall += action.ms;
        return undefined;
      case 'attend':
        return this.#attend(action.worker);
      case 'kill':
        this.worker(action.worker).life = 'gone';
        return undefined;
      case 'stop':
        return this.#stop(action.worker);
      case 'start':
        return this.#start(action.eager);
    }
  }

  named({ job, number }: TaskName): ModelTask {
    const task = this.jobAt(job).tasks[number - 1];
    if (task === undefined) throw new Error(`The model has no task ${number} of job ${job}.`);
    return task;
  }

  worker(index: number): ModelWorker {
    const worker = this.workers[index];
    if (worker === undefined) throw new Error(`The model has no worker ${index}.`);
    return worker;
  }

  livingWorkers(): readonly number[] {
    return this.workers.flatMap((worker, index) => (worker.life === 'living' ? [index] : []));
  }

  /** One of the workers that live; undefined while there is none. */
  slot(which: number): number | undefined {
    const living = this.livingWorkers();
    return living[which % living.length];
  }

  #submit({ through, job: spec }: Extract<Action, { readonly op: 'submit' }>): unknown {
    const once = this.jobs.findIndex((job) => spec.idempotencyKey !== undefined && job.idempotencyKey === spec.idempotencyKey);
    if (once !== -1) return { kind: 'already-submitted', job: once };
    const open = this.#openUnder(spec.exclusiveKey);
    if (open !== undefined) return { kind: 'already-open', job: open };
    const { title, idempotencyKey, exclusiveKey, budget } = spec;
    const index = this.jobs.length;
    this.jobs.push({
      title,
      idempotencyKey,
      exclusiveKey,
      budget,
      tasks: [],
      events: [],
      state: 'running',
      costMicroUsd: 0,
      wallMs: 0,
      carriedBy: through,
      sealed: !spec.open,
      paused: false,
      cancel: undefined,
      endedAt: undefined,
    });
    this.jobAt(index).events.push({ type: 'job.submitted', task: 0 });
    this.create(index, spec.tasks, { budget });
    this.#commitOf(through);
    return { kind: 'submitted', job: index };
  }

  #openUnder(key: string | undefined): number | undefined {
    const index = this.jobs.findIndex((job) => key !== undefined && job.exclusiveKey === key && job.endedAt === undefined);
    return index === -1 ? undefined : index;
  }

  #add({ job: index, tasks }: Extract<Action, { readonly op: 'add' }>): unknown {
    const job = this.jobAt(index);
    if (job.sealed) return 'The job is sealed: nobody can give it more tasks.';
    if (job.cancel !== undefined) return 'The job was cancelled: nobody can give it more tasks.';
    const made = this.create(index, tasks, { budget: job.budget });
    this.commit();
    return made.map(({ number }) => number);
  }

  #seal(index: number): undefined {
    const job = this.jobAt(index);
    if (job.sealed) return;
    job.sealed = true;
    job.events.push({ type: 'job.sealed', task: 0 });
    this.commit();
  }

  #pause(index: number): boolean {
    const job = this.jobAt(index);
    if (job.paused || job.endedAt !== undefined || job.cancel !== undefined) return false;
    job.paused = true;
    job.events.push({ type: 'job.paused', task: 0 });
    for (const task of job.tasks) {
      if (task.now.state === 'ready') this.become(task, { state: 'pending', waiting: { reason: 'paused' } }, 'a break');
    }
    this.commit();
    return true;
  }

  #resume(index: number): boolean {
    const job = this.jobAt(index);
    if (!job.paused) return false;
    job.paused = false;
    job.events.push({ type: 'job.resumed', task: 0 });
    for (const task of job.tasks) {
      if (task.now.state === 'pending' && task.now.waiting.reason === 'paused') this.makeReady(task, 'The job was resumed');
    }
    this.commit();
    return true;
  }

  #cancel(index: number): undefined {
    this.#reapTheDead(undefined);
    const job = this.jobAt(index);
    if (job.endedAt !== undefined || job.cancel !== undefined) return;
    job.cancel = 'no longer wanted';
    for (const task of job.tasks) {
      const { now } = task;
      if (now.state === 'running') {
        const latest = this.wall + timing.graceMs + 1_000;
        now.lease.limit = Math.min(now.lease.limit ?? latest, latest);
        now.lease.until = Math.min(now.lease.until, latest);
      } else if (!hasEnded(task)) this.end(task, 'cancelled', job.cancel);
    }
    this.commit();
  }

  /** Higher priority first, then those that are ready longest. */
  readyFor(worker: number): readonly ModelTask[] {
    const readyAt = (task: ModelTask): number => (task.now.state === 'ready' ? task.now.readyAt : 0);
    return this.tasks()
      .filter((task) => task.now.state === 'ready' && this.jobOf(task).carriedBy === worker && this.jobOf(task).endedAt === undefined)
      .toSorted((one, other) => other.priority - one.priority || readyAt(one) - readyAt(other) || one.born - other.born);
  }

  #claimNext(worker: number): unknown {
    const ready = this.readyFor(worker);
    const refs = ready.map(({ job, number, epoch }) => `${job}.${number}:${epoch}`);
    const [first] = ready;
    return { ready: refs, claimed: first === undefined ? undefined : this.#offer(worker, first, first.epoch) };
  }

  #placesOf(worker: number): number {
    return placesOfWorker - this.attempts.filter((attempt) => attempt.owner === worker && !attempt.returned).length;
  }

  #offer(worker: number, task: ModelTask, epoch: number): string {
    if (this.#placesOf(worker) <= 0) return 'deferred';
    if (task.epoch !== epoch) return 'stale';
    if (task.now.state !== 'ready') return isHeld(task) ? 'deferred' : 'stale';
    if (this.jobOf(task).carriedBy !== worker) return 'deferred';
    const claiming = this.#claim(worker, task);
    this.#commitOf(worker, claiming === 'claimed' ? 0 : 1);
    return claiming;
  }

  /** @param kept places that are kept for what is being offered. */
  #commitOf(index: number | undefined, kept = 0): void {
    this.commit((readied) => {
      for (const task of readied) {
        if (index === undefined || !this.worker(index).eager || this.#placesOf(index) - kept <= 0) return;
        if (task.now.state === 'ready' && this.jobOf(task).carriedBy === index) this.#claim(index, task);
      }
    });
    this.#endBroken();
  }

  #claim(worker: number, task: ModelTask): string {
    const { epoch } = task;
    const job = this.jobOf(task);
    const spent = budgetReached({ ...task, spends: task.type === 'model.paid' }, job, this.wall);
    if (spent !== undefined) {
      const at = { epoch, ofAttempt: false, trigger: 'claim', policy: 'budget', at: this.wall };
      this.decisions.push({ task, ...at, kind: 'markDead', reason: spent, children: [] });
      this.end(task, 'dead', spent);
      return 'stale';
    }
    const full = this.limitsOf(task).find((limit) => this.runningUnder(limit) >= limit.most);
    if (full !== undefined) {
      const limit = { of: full.of, name: full.name };
      this.become(task, { state: 'pending', waiting: { reason: 'capacity', limit } }, `${full.name} is taken`);
      return 'deferred';
    }
    this.#begin(worker, task);
    return 'claimed';
  }

  #begin(worker: number, task: ModelTask): void {
    const startedAt = this.wall;
    const until = startedAt + timing.leaseMs;
    task.executions += 1;
    this.become(task, { state: 'running', lease: { owner: worker, startedAt, until, limit: this.#leaseLimit(task) } }, 'Claimed');
    this.tell(task, 'task.started');
    const { epoch } = task;
    const attempt: ModelAttempt = {
      task,
      epoch,
      owner: worker,
      startedAt,
      since: this.monotonic,
      end: undefined,
      returned: false,
      aborted: undefined,
    };
    this.attempts.push(attempt);
  }

  /** What cannot be read is over as soon as it has begun. */
  #endBroken(): void {
    const begun = this.attempts.find(({ task, returned }) => task.payload === brokenPayload && task.now.state === 'running' && !returned);
    if (begun === undefined) return;
    begun.returned = true;
    settleRunning(this, begun.task, { kind: 'error', cause: 'payload', reason: 'payload: ' }, 0);
    this.#commitOf(begun.owner);
  }

  /** Whether there is, or may come to be, a task that cannot be read. */
  holdsBroken(): boolean {
    return this.tasks().some(({ payload, now }) => {
      const next = now.state === 'pending' && now.waiting.reason === 'children' ? now.waiting.nextPayload : undefined;
      return payload === brokenPayload || next === brokenPayload;
    });
  }

  /** Beyond the nearest limit on the attempt the heartbeat renews nothing. */
  #leaseLimit(task: ModelTask): number | undefined {
    const left = [task, this.jobOf(task)].flatMap(({ budget, wallMs }) => (budget.wallMs === undefined ? [] : [budget.wallMs - wallMs]));
    if (task.budget.deadline !== undefined) left.push(task.budget.deadline - this.wall);
    return left.length === 0 ? undefined : this.wall + Math.min(...left) + timing.graceMs + timing.leaseMs;
  }

  #return({ task: name, epoch, ending }: Extract<Action, { readonly op: 'settle' }>): undefined {
    const task = this.named(name);
    const attempt = this.attempts.find((each) => each.task === task && each.epoch === epoch);
    if (attempt === undefined) throw new Error('The model has no such attempt.');
    attempt.returned = true;
    if (this.#holds(attempt)) settleRunning(this, task, endOf(ending), this.monotonic - attempt.since);
    this.#commitOf(attempt.owner);
  }

  /** Whether the lease is still this attempt's. */
  #holds({ task, epoch, owner }: ModelAttempt): boolean {
    return task.now.state === 'running' && task.epoch === epoch && task.now.lease.owner === owner;
  }

  #retry(task: ModelTask): unknown {
    const { now, key } = task;
    if (now.state === 'pending' && now.waiting.reason === 'backoff') {
      this.makeReady(task, 'somebody did not want to wait');
      this.commit();
      return { kind: 'retried' };
    }
    const why = this.#obstacle(task);
    if (why !== undefined) return { kind: 'refused', why };
    this.#revive(task, 'Tried again by somebody');
    for (const each of this.#skippedBecauseOf(task)) this.#revive(each, `${key} is tried again`);
    this.commit();
    return { kind: 'retried' };
  }

  #obstacle(task: ModelTask): string | undefined {
    const { now, key, join, parent } = task;
    const job = this.jobOf(task);
    if (now.state !== 'dead' && now.state !== 'skipped')
      return `Task ${key} is ${now.state}; only one that is dead or skipped can be tried again.`;
    if (job.cancel !== undefined) return `Its job was cancelled: ${job.cancel}.`;
    if (join === 'resume' || join === 'compose')
      return `${parent?.key ?? ''} had begun it and has gone on with its end; try that one again.`;
    const hopeless = this.hopelessDependency(task);
    if (hopeless !== undefined) return `It depends on ${hopeless.key}, which ended as ${hopeless.now.state}; try that one again.`;
    return this.#successor(task);
  }

  /** A job that has ended does not go on where another has begun in its place. */
  #successor(task: ModelTask): string | undefined {
    const job = this.jobOf(task);
    const other = job.endedAt === undefined ? undefined : this.#openUnder(job.exclusiveKey);
    if (other === undefined) return undefined;
    return `Job #${other} has begun under the same key «${job.exclusiveKey ?? ''}»; it goes on there.`;
  }

  #revive(task: ModelTask, reason: string): void {
    Object.assign(task, { failures: 0, leasesLost: 0, crashes: 0 });
    if (unmet(task) === 0) this.makeReady(task, reason);
    else this.become(task, { state: 'pending', waiting: { reason: 'deps' } }, reason);
  }

  /** Breadth first, and only as long as nothing else keeps them from it. */
  *#skippedBecauseOf(first: ModelTask): Generator<ModelTask, void, undefined> {
    const queue = [first];
    for (let on = queue.shift(); on !== undefined; on = queue.shift()) {
      const cause = on;
      const needs = (task: ModelTask): boolean => task.dependencies.some((each) => each.on === cause && each.until === 'succeeded');
      for (const task of this.jobOf(on).tasks.filter(needs)) {
        const answered = task.join === 'resume' || task.join === 'compose';
        if (task.now.state !== 'skipped' || answered || this.hopelessDependency(task) !== undefined) continue;
        yield task;
        queue.push(task);
      }
    }
  }

  #signal(task: ModelTask, name: string): unknown {
    const { now } = task;
    if (now.state !== 'pending') return { kind: 'not-waiting', state: now.state };
    const { waiting } = now;
    if (!('need' in waiting)) return { kind: 'not-waiting', state: `pending (${waiting.reason})` };
    if (waiting.need.signal !== name) return { kind: 'not-waiting', state: `pending (${waiting.reason}: ${waiting.need.signal})` };
    const successor = this.#successor(task);
    if (successor !== undefined) return { kind: 'refused', why: successor };
    this.tell(task, 'task.answered');
    task.answer = { signal: name, payload: { yes: true }, by: 'somebody', at: this.wall, since: waiting.since };
    this.makeReady(task, `«${name}» answered by somebody`);
    this.commit();
    return { kind: 'answered' };
  }

  #limit({ limit, most }: Extract<Action, { readonly op: 'limit' }>): undefined {
    const name = `${limit.of}:${limit.name}`;
    if (most === undefined) this.limits.delete(name);
    else this.limits.set(name, most);
    this.lift(limit, most ?? (limit.of === 'key' ? 1 : Infinity));
    this.commit();
  }

  #pass(ms: number, beating: readonly number[]): undefined {
    this.wall += ms;
    this.monotonic += ms;
    for (const lease of this.leases()) {
      if (!beating.includes(lease.owner)) continue;
      const until = this.wall + timing.leaseMs;
      lease.until = Math.max(lease.until, Math.min(until, lease.limit ?? until));
    }
  }

  leases(): readonly ModelLease[] {
    return this.tasks().flatMap(({ now }) => (now.state === 'running' ? [now.lease] : []));
  }

  #start(eager: boolean): number {
    const index = this.workers.length;
    this.workers.push({ startedAt: this.wall, life: 'living', eager, livenessAt: 0, seen: new Map() });
    this.#reapTheDead(index);
    return index;
  }

  #stop(index: number): undefined {
    for (const attempt of this.attempts.filter(({ owner, returned }) => owner === index && !returned)) {
      attempt.returned = true;
      if (this.#holds(attempt)) this.#giveBack(attempt);
      this.commit();
    }
    this.#endProcess(index);
  }

  #giveBack(attempt: ModelAttempt): void {
    const { task } = attempt;
    const { cancel } = this.jobOf(task);
    const end: End = { kind: 'error', cause: 'thrown', reason: 'Error: asked to stop' };
    if (attempt.aborted !== undefined) {
      settleRunning(this, task, end, this.monotonic - attempt.since);
      return;
    }
    const reason = 'The worker is shutting down';
    attempt.end = { at: this.wall, outcome: 'released', errorKind: undefined, cause: undefined, reason, costMicroUsd: 0 };
    if (cancel === undefined) this.makeReady(task, reason);
    else this.end(task, 'cancelled', cancel);
  }

  /** What it still held goes back, and nobody carries its jobs any more: what is ready in them keeps no place from others. */
  #endProcess(index: number, by?: number): void {
    for (const task of this.tasks()) {
      if (task.now.state !== 'running' || task.now.lease.owner !== index) continue;
      const reason = `Process #${index} ended without settling it`;
      settleRunning(this, task, { kind: 'error', cause: 'process-died', reason }, heldFor(task.now.lease, this.wall));
    }
    const abandoned = this.readyFor(index);
    for (const job of this.jobs) if (job.carriedBy === index) job.carriedBy = undefined;
    for (const task of abandoned) for (const limit of this.limitsOf(task)) this.lift(limit, limit.most);
    this.worker(index).life = 'ended';
    this.#commitOf(by);
  }

  #reapTheDead(self: number | undefined, by?: number): void {
    for (const [index, { life }] of this.workers.entries()) if (index !== self && life === 'gone') this.#endProcess(index, by);
  }

  /** @returns when something is scheduled next. */
  #attend(index: number): number | undefined {
    const worker = this.worker(index);
    const due = this.#due();
    const expired = this.#expired();
    const adoptable = this.jobs.filter((job) => job.carriedBy === undefined && job.endedAt === undefined);
    const others = this.workers.some(({ life }, other) => other !== index && life !== 'ended');
    for (const task of due) this.#letGo(task);
    this.#commitOf(index);
    const watches = this.monotonic >= worker.livenessAt;
    if (watches) this.#reapTheDead(index, index);
    const othersLive = watches ? this.livingWorkers().length > 1 : others;
    if (watches) worker.livenessAt = othersLive ? this.monotonic + timing.livenessMs : 0;
    const confirmAt = this.#takeBack(index, expired);
    for (const job of adoptable) if (job.carriedBy === undefined && job.endedAt === undefined) job.carriedBy = index;
    this.#tellAttempts(index);
    const confirm = confirmAt === undefined ? Infinity : this.wall + confirmAt - this.monotonic;
    const next = Math.min(confirm, this.#nextScheduled(), othersLive ? this.wall + timing.livenessMs : Infinity);
    return next === Infinity || worker.eager ? undefined : next;
  }

  /** The earliest first; then what would have begun in the future. */
  #due(): readonly ModelTask[] {
    const due = this.tasks().filter((task) => this.#isDue(task));
    const until = ({ now }: ModelTask): number =>
      now.state !== 'pending' || !('since' in now.waiting)
        ? 0
        : (('need' in now.waiting ? now.waiting.need.until : now.waiting.until) ?? 0);
    return due.toSorted((one, other) => until(one) - until(other));
  }

  #expired(): readonly Expired[] {
    const all = this.tasks().flatMap((task) => {
      const { now, born, epoch } = task;
      if (now.state !== 'running' || now.lease.until > this.wall) return [];
      return [{ task, until: now.lease.until, lease: `${born}:${epoch}:${now.lease.until}` }];
    });
    return all.toSorted((one, other) => one.until - other.until);
  }

  #isDue({ now }: ModelTask): boolean {
    if (now.state !== 'pending' || !('since' in now.waiting)) return false;
    const until = 'need' in now.waiting ? now.waiting.need.until : now.waiting.until;
    return until !== undefined && (until <= this.wall || now.waiting.since > this.wall);
  }

  #letGo(task: ModelTask): void {
    if (task.now.state !== 'pending') return;
    if (!('need' in task.now.waiting)) {
      this.makeReady(task, 'The wait before the next attempt is over');
      return;
    }
    task.answer = { signal: task.now.waiting.need.signal, payload: null, by: 'deadline', at: this.wall, since: task.now.waiting.since };
    this.makeReady(task, 'Nobody answered in the time that was set');
  }

  /** A lease is believed to have run out when that was seen for longer than a heartbeat takes. @returns when to look again (monotonic). */
  #takeBack(index: number, expired: readonly Expired[]): number | undefined {
    const worker = this.worker(index);
    const before = worker.seen;
    worker.seen = new Map(expired.map(({ lease }) => [lease, before.get(lease) ?? this.monotonic]));
    for (const { task, lease } of expired) {
      if (this.monotonic - (worker.seen.get(lease) ?? 0) < confirmMs) continue;
      worker.seen.delete(lease);
      const { now } = task;
      if (now.state !== 'running' || now.lease.until > this.wall) continue;
      const reason = `The lease of process #${now.lease.owner} ran out`;
      settleRunning(this, task, { kind: 'error', cause: 'lease-lost', reason }, heldFor(now.lease, this.wall));
    }
    this.#commitOf(index);
    return worker.seen.size === 0 ? undefined : Math.min(...worker.seen.values()) + confirmMs;
  }

  #tellAttempts(worker: number): void {
    for (const attempt of this.attempts.filter(({ owner, returned }) => owner === worker && !returned)) {
      if (this.jobOf(attempt.task).cancel !== undefined) attempt.aborted ??= 'cancelled';
      if (!this.#holds(attempt)) attempt.aborted ??= 'lease-lost';
    }
  }

  #nextScheduled(): number {
    const times = this.tasks().flatMap(({ now }) => {
      if (now.state === 'running') return now.lease.until > this.wall ? [now.lease.until] : [];
      if (now.state !== 'pending' || !('since' in now.waiting)) return [];
      return ('need' in now.waiting ? now.waiting.need.until : now.waiting.until) ?? [];
    });
    return Math.min(Infinity, ...times);
  }
}

/** A lease that seems to have run out, by its task, hand-out and end: one that is renewed in between is another. */
interface Expired {
  readonly task: ModelTask;
  readonly lease: string;
}

/** Longer than a heartbeat takes. */
const confirmMs = 1.5 * timing.heartbeatMs;

/** A limit or a pause keeps it: it is handed out again when that is over. */
function isHeld({ now }: ModelTask): boolean {
  return now.state === 'pending' && (now.waiting.reason === 'capacity' || now.waiting.reason === 'paused');
}

/** How long it can have run: nobody knows when it stopped. */
function heldFor({ startedAt, until }: ModelLease, now: number): number {
  return Math.max(0, Math.min(now, until) - startedAt);
}
