import type { Measurement } from '../support/child.ts';
import type { Figure, Skipped } from '../support/figures.ts';

/** What the parts of the benchmark are given. */
export interface Bench {
  /** Fewer calls in each round. */
  readonly quick: boolean;
  /** How often each side of a comparison is measured. */
  readonly rounds: number;
  /** Measures once, in a process and a folder of its own. */
  measure<Request, Result>(what: Measurement<Request, Result>, request: Request): Promise<Result>;
  /** A folder that is removed at the end. */
  folder(): string;
}

export interface Measured {
  readonly figures: readonly Figure[];
  readonly skipped?: readonly Skipped[];
}

/** One group of figures, which can be asked for alone. */
export interface Part {
  readonly name: string;
  measure(bench: Bench): Promise<Measured>;
}
