import { setImmediate as turn } from 'node:timers/promises';
import { Failure } from '../../../src/domain/failure.ts';
import type { JobId, ProcessId, TaskId } from '../../../src/domain/ids.ts';
import type { DependencySpec, TaskSpec } from '../../../src/domain/job.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { Answered, Retried } from '../../../src/weaver/engine.ts';
import { standingClock } from '../engine/clocks.ts';
import type { StandingClock } from '../engine/clocks.ts';
import type { Action, NewDependency, NewTask, Return, TaskName } from './actions.ts';
import type { OpenRecords, SharedRecords } from './backends.ts';
import { timing } from './parts.ts';
import { EngineProcess, SharedLocks } from './process.ts';
import type { Surroundings } from './process.ts';
import { needOf } from './settle.ts';

export interface StandOptions {
  readonly open: OpenRecords;
  /** A number that no other sequence has; all ids follow from it. */
  readonly sequence: number;
  /** Puts something between the engines and their records. */
  readonly wrapStore?: (store: Store) => Store;
}

/** Real engines on shared records, moved action by action. Every action answers what the engine's call answered. */
export class Stand implements AsyncDisposable {
  readonly clock: StandingClock;
  readonly jobIds: JobId[] = [];
  readonly processes: ProcessId[] = [];
  readonly #records: SharedRecords;
  readonly #surroundings: Surroundings;
  readonly #workers: EngineProcess[] = [];
  /** Whoever has no worker of its own: a command of a person. */
  readonly #person: EngineProcess;
  readonly #numbers = new Map<TaskId, number>();
  #writing = 0;

  constructor(records: SharedRecords, clock: StandingClock, { sequence, wrapStore }: StandOptions) {
    this.#records = records;
    this.clock = clock;
    const store = wrapStore?.(records.store) ?? records.store;
    this.#surroundings = { store: this.#watched(store), clock, ids: countingIds(sequence), locks: new SharedLocks() };
    this.#person = new EngineProcess(this.#surroundings);
  }

  static async open(options: StandOptions): Promise<Stand> {
    const clock = standingClock();
    return new Stand(await options.open(options.sequence, clock), clock, options);
  }

  get store(): Store {
    return this.#records.store;
  }

  async act(action: Action): Promise<unknown> {
    const answer = await this.#act(action);
    await this.#quiet();
    return answer;
  }

  async #act(action: Action): Promise<unknown> {
    switch (action.op) {
      case 'submit':
        return this.#submit(action);
      case 'add':
        return this.#add(action);
      case 'seal':
        return this.#person.engine.seal(this.#jobId(action.job));
      case 'pause':
        return this.#person.engine.pause(this.#jobId(action.job), 'a break');
      case 'resume':
        return this.#person.engine.resume(this.#jobId(action.job));
      case 'cancel':
        return this.#person.engine.cancel(this.#jobId(action.job), 'no longer wanted');
      case 'claim':
        return this.#claim(action.worker);
      case 'offer':
        return this.#offer(action.worker, { taskId: await this.#taskId(action.task), epoch: action.epoch });
      case 'settle':
        return this.#settle(action);
      case 'retry':
        return this.#refusable(await this.#person.engine.retry(await this.#taskId(action.task), 'somebody'));
      case 'signal':
        return this.#refusable(await this.#person.engine.signal(await this.#taskId(action.task), action.name, { yes: true }, 'somebody'));
      case 'limit':
        return this.#person.engine.limit(action.limit, action.most);
      case 'pass':
        this.clock.pass(action.ms);
        for (const worker of action.beating) await this.#records.renew(this.#processId(worker), this.clock.now() + timing.leaseMs);
        return undefined;
      case 'jump':
        this.clock.turn(action.ms);
        return undefined;
      case 'attend':
        return this.#attend(action.worker);
      case 'kill':
        this.#surroundings.locks.free(this.#processId(action.worker));
        return undefined;
      case 'stop':
        return this.#stop(action.worker);
      case 'start':
        return this.#start(action.eager);
    }
  }

  /** Learns which tasks there are. */
  async look(): Promise<void> {
    const tasks = await this.store.read((records) => Promise.all(this.jobIds.map((id) => records.tasks(id))));
    for (const { id, number } of tasks.flat()) this.#numbers.set(id, number);
  }

  /** The place of a task in its job, from 1. */
  numberOf(id: TaskId): number {
    const number = this.#numbers.get(id);
    if (number === undefined) throw new Error(`There is no task ${id}.`);
    return number;
  }

  /** Every event of every job, as it is. */
  async events(): Promise<unknown> {
    const events = await this.store.read((records) => Promise.all(this.jobIds.map((id) => records.events(`job:${id}`, 0, 10_000))));
    return events.map((each) => each.map(({ type, seq, at, data }) => ({ type, seq, at, data })));
  }

  #refusable(answer: Retried | Answered): Retried | Answered {
    return answer.kind === 'refused' ? { ...answer, why: this.readable(answer.why) } : answer;
  }

  /** A text with the places of jobs and processes in place of their ids. */
  readable(text: string): string {
    let readable = text;
    for (const [index, id] of this.processes.entries()) readable = readable.replaceAll(id, `#${index}`);
    for (const [index, id] of this.jobIds.entries()) readable = readable.replaceAll(id, `#${index}`);
    // What the faults of values are called is not for the model to say.
    return readable.replace(/(?:Invalid input|(?:nothing|nobody) here).*$/, '');
  }

  /** Lets every handler return that is still called, and what follows from it come to its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { calls } of this.#workers) for (const call of calls.values()) call.throw(new Error('The sequence is over.'));
    await this.#quiet();
    await this.#records[Symbol.asyncDispose]();
  }

  async #submit({ through, job }: Extract<Action, { readonly op: 'submit' }>): Promise<unknown> {
    const { engine } = through === undefined ? this.#person : this.#worker(through);
    const { title, budget, open, idempotencyKey, exclusiveKey } = job;
    const { kind, jobId } = await engine.submit({
      title,
      budget,
      open,
      tasks: job.tasks.map((task) => specOf(task, job.tasks, [])),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(exclusiveKey === undefined ? {} : { exclusiveKey }),
    });
    if (kind === 'submitted') this.jobIds.push(jobId);
    return { kind, job: this.jobIds.indexOf(jobId) };
  }

  async #add({ job, tasks }: Extract<Action, { readonly op: 'add' }>): Promise<unknown> {
    const existing = await this.#taskIds(job);
    try {
      const made = await this.#person.engine.add(
        this.#jobId(job),
        tasks.map((task) => specOf(task, tasks, existing)),
      );
      const now = await this.#taskIds(job);
      return made.map((id) => now.indexOf(id) + 1);
    } catch (error) {
      if (error instanceof Failure) return error.text.why;
      throw error;
    }
  }

  async #claim(worker: number): Promise<unknown> {
    const { refs } = await this.#worker(worker).consumer.ready(1_000, 'all');
    const names: string[] = [];
    for (const { taskId, epoch } of refs) {
      const task = await this.store.read((records) => records.task(taskId));
      names.push(`${task === undefined ? '?' : this.jobIds.indexOf(task.jobId)}.${task?.number}:${epoch}`);
    }
    const [first] = refs;
    return { ready: names, claimed: first === undefined ? undefined : await this.#offer(worker, first) };
  }

  async #offer(worker: number, ref: { readonly taskId: TaskId; readonly epoch: number }): Promise<string> {
    return this.#worker(worker).consumer.offer(ref);
  }

  async #settle({ task, epoch, ending }: Extract<Action, { readonly op: 'settle' }>): Promise<void> {
    const taskId = await this.#taskId(task);
    const existing = await this.#taskIds(task.job);
    const process = this.#workers.find(({ calls }) => calls.has(`${taskId}:${epoch}`));
    if (process === undefined) throw new Error(`No handler has been called for task ${task.number} in epoch ${epoch}.`);
    const call = process.call(taskId, epoch);
    if (ending.kind === 'thrown') call.throw(new Error('it broke'));
    else call.return(outcomeOf(ending, call.key, existing));
    await this.#quiet();
  }

  /** Its handlers stop when they are asked to, one after the other. */
  async #stop(worker: number): Promise<void> {
    const process = this.#worker(worker);
    const stopped = process.worker.stop();
    await turn();
    for (const call of process.calls.values()) {
      call.throw(new Error('asked to stop'));
      await this.#quiet();
    }
    await stopped;
  }

  /** @returns when something is scheduled next; what an eager worker begins on the way may put that off. */
  async #attend(worker: number): Promise<number | undefined> {
    const { consumer, eager } = this.#worker(worker);
    const next = await consumer.attend();
    return eager ? undefined : next;
  }

  async #start(eager: boolean): Promise<number> {
    const process = new EngineProcess(this.#surroundings, eager);
    this.processes.push(await process.work());
    return this.#workers.push(process) - 1;
  }

  #worker(index: number): EngineProcess {
    const worker = this.#workers[index];
    if (worker === undefined) throw new Error(`There is no worker ${index}.`);
    return worker;
  }

  #processId(worker: number): ProcessId {
    return this.#worker(worker).worker.process;
  }

  #jobId(index: number): JobId {
    const id = this.jobIds[index];
    if (id === undefined) throw new Error(`There is no job ${index}.`);
    return id;
  }

  async #taskId({ job, number }: TaskName): Promise<TaskId> {
    const id = (await this.#taskIds(job))[number - 1];
    if (id === undefined) throw new Error(`There is no task ${number} of job ${job}.`);
    return id;
  }

  async #taskIds(job: number): Promise<readonly TaskId[]> {
    return (await this.store.read((records) => records.tasks(this.#jobId(job)))).map(({ id }) => id);
  }

  /** Resolves when nothing of the engines moves any more: all that they wait for are calls of their records, and there are none. */
  async #quiet(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await turn();
      if (this.#writing > 0) quiet = -1;
    }
  }

  #watched(store: Store): Store {
    const counted = async <T>(call: Promise<T>): Promise<T> => {
      this.#writing += 1;
      try {
        return await call;
      } finally {
        this.#writing -= 1;
      }
    };
    return { read: (look) => counted(store.read(look)), write: (change) => counted(store.write(change)) };
  }
}

/** UUIDs of version 7 that rise, the same for the same sequence. */
function countingIds(sequence: number) {
  let count = sequence * 2 ** 20;
  return {
    next: () => {
      count += 1;
      return `01900000-0000-7000-8000-${count.toString(16).padStart(12, '0')}`;
    },
  };
}

function specOf(task: NewTask, siblings: readonly NewTask[], existing: readonly TaskId[]): TaskSpec {
  const { key, type, priority, concurrencyKey, budget } = task;
  const dependencies = task.dependencies.map((each) => edgeOf(each, siblings, existing));
  return {
    key,
    type,
    priority,
    budget,
    dependencies,
    payload: { version: 0 },
    ...(concurrencyKey === undefined ? {} : { concurrencyKey }),
  };
}

function edgeOf({ on, until }: NewDependency, siblings: readonly NewTask[], existing: readonly TaskId[]): DependencySpec {
  const name = 'sibling' in on ? siblings[on.sibling]?.key : existing[on.task - 1];
  return { on: name ?? 'nothing', until };
}

function outcomeOf(ending: Exclude<Return, { readonly kind: 'thrown' }>, key: string, existing: readonly TaskId[]): unknown {
  switch (ending.kind) {
    case 'success':
      return { kind: 'success', result: { did: key }, costMicroUsd: ending.costMicroUsd };
    case 'failure': {
      const { hint, alternative, costMicroUsd } = ending;
      return {
        kind: 'failure',
        reason: 'it did not work',
        costMicroUsd,
        ...(hint === undefined ? {} : { retryHint: hint === 'never' ? hint : { delayMs: hint } }),
        ...(alternative === undefined ? {} : { alternatives: [alternative] }),
      };
    }
    case 'blocked':
      return { kind: 'blocked', reason: 'needs an answer', need: needOf(ending) };
    case 'decompose': {
      const { join, next, children } = ending;
      const specs = children.map((child) => specOf(child, children, existing));
      const decomposition = { join, children: specs, ...(next === undefined ? {} : { nextPayload: next }) };
      return ending.failed ? { kind: 'failure', reason: 'in parts', decomposition } : { kind: 'success', decomposition };
    }
    case 'garbage': {
      if (ending.what === 'number') return 42;
      return { kind: 'success', decomposition: { join: 'none', children: [{ type: 'model.none', key: 'x', payload: {} }] } };
    }
  }
}
