import type { Bench as AnyBench, Part as PartOf } from '../support/parts.ts';

/** What the parts of the benchmark are given. */
export interface Bench extends AnyBench {
  /** Where the other engines are installed, if they are. */
  readonly peers: string | undefined;
}

export type Part = PartOf<Bench>;
