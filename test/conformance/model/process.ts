import { z } from 'zod';
import type { JobId, ProcessId, TaskId } from '../../../src/domain/ids.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';
import { defineTaskType } from '../../../src/domain/task-type.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Consumer, Dispatcher } from '../../../src/ports/dispatcher.ts';
import type { IdSource } from '../../../src/ports/ids.ts';
import type { Held, Locks } from '../../../src/ports/lock.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createEngine } from '../../../src/weaver/create-engine.ts';
import type { Engine, Worker } from '../../../src/weaver/engine.ts';
import { handle } from '../../../src/weaver/handler.ts';
import { placesOfWorker, timing } from './parts.ts';
import { typeNames } from './operations.ts';

const payload = z.object({ version: z.number() });

/** What the processes of one sequence share. */
export interface Surroundings {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly locks: SharedLocks;
}

/** Locks of processes that live in one program; whoever dies lets go of its own. */
export class SharedLocks implements Locks {
  readonly #held = new Set<string>();

  async tryAcquire(name: string): Promise<Held | undefined> {
    if (this.#held.has(name)) return undefined;
    this.#held.add(name);
    return { release: async () => void this.#held.delete(name) };
  }

  async acquire(name: string): Promise<Held> {
    const held = await this.tryAcquire(name);
    if (held === undefined) throw new Error(`Nobody waits for a lock here, and ${name} is held.`);
    return held;
  }

  /** The process died that held it. */
  free(process: ProcessId): void {
    this.#held.delete(`process-${process}`);
  }
}

/** A call of a handler that has not returned. */
export interface Call {
  readonly jobId: JobId;
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly key: string;
  return(outcome: unknown): void;
  throw(error: Error): void;
}

/** An engine as one program would have it: it is offered ids, and its handlers return, when the test says so. */
export class EngineProcess {
  readonly engine: Engine;
  readonly eager: boolean;
  /** By task and epoch, in the order in which they were begun. */
  readonly calls = new Map<string, Call>();
  #consumer: Consumer | undefined;
  #worker: Worker | undefined;

  /** @param eager claims what its own changes make ready in those changes, as long as it has places. */
  constructor({ store, clock, ids, locks }: Surroundings, eager = false) {
    this.eager = eager;
    const dispatcher: Dispatcher = {
      send: async () => undefined,
      deliver: (consumer) => {
        this.#consumer = consumer;
        return { idle: eager, wake: () => undefined, stop: async () => undefined };
      },
    };
    this.engine = createEngine({
      store,
      clock,
      ids,
      locks,
      dispatcher,
      timing,
      pid: 1,
      host: 'machine',
      random: () => 0,
      changes: {
        announce: () => undefined,
        subscribe: () => () => undefined,
      },
      heartbeat: { start: async () => ({ stop: async () => undefined }) },
      artifacts: noArtifacts,
      registrations: typeNames.map((type) =>
        handle(
          defineTaskType({
            name: type,
            schemaVersion: 1,
            payload,
            result: z.unknown(),
          }),
          ({ jobId, taskId, epoch, key }) => {
            const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
            const name = `${taskId}:${epoch}`;
            const over = (): boolean => this.calls.delete(name);
            this.calls.set(name, {
              jobId,
              taskId,
              epoch,
              key,
              return: (outcome) => over() && resolve(outcome as Outcome),
              throw: (error) => over() && reject(error),
            });
            return promise;
          },
          { spends: type === 'model.paid' },
        ),
      ),
    });
  }

  async work(): Promise<ProcessId> {
    this.#worker = await this.engine.work({ jobs: 'unclaimed', concurrency: placesOfWorker });
    return this.#worker.process;
  }

  get worker(): Worker {
    if (this.#worker === undefined) throw new Error('It has no worker.');
    return this.#worker;
  }

  get consumer(): Consumer {
    if (this.#consumer === undefined) throw new Error('It has no worker.');
    return this.#consumer;
  }

  call(taskId: TaskId, epoch: number): Call {
    const call = this.calls.get(`${taskId}:${epoch}`);
    if (call === undefined) throw new Error(`No handler has been called for ${taskId} in epoch ${epoch}.`);
    return call;
  }
}

const noArtifacts = new Proxy({} as never, {
  get: () => {
    throw new Error('Nothing here stores artifacts.');
  },
});
