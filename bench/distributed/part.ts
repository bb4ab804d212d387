import type { Bench as AnyBench, Part as PartOf } from '../support/parts.ts';
import type { Server } from './server.ts';

/** What the parts of the benchmark are given. */
export interface Bench extends AnyBench {
  readonly server: Server;
}

export type Part = PartOf<Bench>;
