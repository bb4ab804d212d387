import type { Facts, Operation, Place, Signal } from '../domain/signals.ts';

/** What an operation comes to know of itself. */
export interface Notes {
  /** Adds facts; later ones stand over earlier ones. */
  readonly note: (facts: Facts) => void;
  /** How it ended, for one that does not throw: `failed` is a failure, any other word is none. */
  readonly end: (outcome: string) => void;
}

/**
 * Where everything that works tells what it does, for logs, metrics and traces. Nothing of it waits, throws, or changes what is done: without
 * anybody who listens it costs a call of a function.
 */
export interface Telemetry {
  /** In the midst of the operation and the place in which it is called. */
  tell(signal: Signal): void;
  /** Times `work`, below the operation in which it is called. What `work` throws is noted and thrown. */
  measure<T>(operation: Operation, work: (notes: Notes) => Promise<T>): Promise<T>;
  /** Everything that is told in `work` is told of this place, which adds to the one around it. */
  within<T>(place: Place, work: () => Promise<T>): Promise<T>;
}

const noNotes: Notes = { note: () => undefined, end: () => undefined };

/** For whoever nobody listens to. */
export const silence: Telemetry = {
  tell: () => undefined,
  measure: async (_operation, work) => await work(noNotes),
  within: async (_place, work) => await work(),
};
