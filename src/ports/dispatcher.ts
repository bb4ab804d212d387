import type { ProcessId } from '../domain/ids.ts';
import type { Route } from '../domain/needs.ts';
import type { TaskRef } from './records.ts';
import type { StoreTransaction } from './store.ts';

/** A task that may be executed. */
export interface Dispatch {
  readonly ref: TaskRef;
  readonly priority: number;
  /** Only a worker that accepts it can execute the task. */
  readonly route: Route;
  /** The process that alone can execute it; undefined for one that any worker can that shares. */
  readonly carriedBy: ProcessId | undefined;
}

/**
 * What became of an id: executed here, out of date (drop it), or not now (a limit, a pause or another process holds it back).
 * What is deferred comes again: the transaction that lifts what held it back dispatches it, under a new epoch; and whoever carries
 * its job finds it by `ready`.
 */
export type Claiming = 'claimed' | 'stale' | 'deferred';

/** Ids of ready tasks. */
export interface ReadyRefs {
  readonly refs: readonly TaskRef[];
  /** There may be others that can be started once a place is free. */
  readonly more: boolean;
}

/** The side of a worker that a dispatcher talks to. */
export interface Consumer {
  /** Tasks that could be started now. */
  places(): number;
  /** Offers an id. Resolves when it is known whether it was claimed, not when it is done. */
  offer(ref: TaskRef): Promise<Claiming>;
  /** Does what is due besides (waits that are over, leases of the dead, cancellations). @returns the next time at which something is scheduled, epoch ms. */
  attend(): Promise<number | undefined>;
  /** Whether it takes tasks of jobs that nobody carries, beside any number of others that do. */
  readonly shares: boolean;
  /** Whether it has what tasks of this route need. */
  accepts(route: Route): boolean;
  /** What the records say is ready for this worker, without what it has in hand: of the jobs that it carries, or also of those that are shared. */
  ready(limit: number, of: 'carried' | 'all'): Promise<ReadyRefs>;
  /**
   * Sends again, under new epochs, what this worker could execute and has been ready for longer than this without anybody taking it: for a
   * dispatcher that has been emptied, or has forgotten. @returns how many.
   */
  redispatch(readyForMs: number): Promise<number>;
  /** Something failed that is not a task's doing; delivery has stopped. */
  failed(error: unknown): void;
}

/** Brings ids of ready tasks to workers. Holds nothing that cannot be rebuilt from the records, and is never trusted for the right to execute. */
export interface Dispatcher {
  /** Called in the transaction that makes the tasks ready. */
  send(transaction: StoreTransaction, dispatches: readonly Dispatch[]): Promise<void>;
  /** Delivers to the consumer until it is stopped; `stop` resolves when no call to the consumer is under way. */
  deliver(consumer: Consumer): Delivery;
}

export interface Delivery {
  /** Nothing is known to wait that the consumer has no place for. */
  readonly idle: boolean;
  /** A place has become free in the consumer. */
  wake(): void;
  stop(): Promise<void>;
}
