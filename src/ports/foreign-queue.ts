import type { Route } from '../domain/needs.ts';
import type { TaskRef } from './records.ts';

/** One id on its way through a queue. */
export interface QueueEntry {
  /** A uuid that is the same for the same hand-out of a task, and another one for every other. */
  readonly id: string;
  readonly ref: TaskRef;
  readonly priority: number;
  readonly route: Route;
}

/** An id that a queue has handed out, and what it wants to know it by. */
export interface TakenEntry {
  readonly ref: TaskRef;
}

/**
 * A queue of ids outside of the records' transactions. It may lose what it holds, bring an id twice, late or to several at once, and be
 * away for a while: whatever it does, it can only be slow. Every call may reject; it is made again.
 */
export interface ForeignQueue<Taken extends TakenEntry = TakenEntry> {
  /** Puts entries in. One whose id it holds already changes nothing. */
  put(entries: readonly QueueEntry[]): Promise<void>;
  /**
   * Hands out entries of routes that are accepted, those of higher priority first as far as it can. Whoever takes one has it for at least
   * 30 s; when it has neither been dropped nor given back by then, it is handed out again.
   */
  take(accepts: (route: Route) => boolean, most: number): Promise<readonly Taken[]>;
  /** They are of no use any more. */
  drop(taken: readonly Taken[]): Promise<void>;
  /** They are for somebody else, or for later: handed out again after a second or more. */
  giveBack(taken: readonly Taken[]): Promise<void>;
}
