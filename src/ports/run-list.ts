import type { JobId } from '../domain/ids.ts';
import type { WorldName } from '../domain/world.ts';

/** What a list shows of runs beside what the engine knows. */
export interface RunsInBrief {
  /** The world that was taken last; of a run without one nothing. */
  readonly winners: ReadonlyMap<JobId, { readonly world: WorldName; readonly points: number }>;
  /** Runs with a task that goes on running while it waits for a person's answer. */
  readonly asking: ReadonlySet<JobId>;
}

/** Reads many runs at a time, whatever their number in a fixed number of queries. */
export interface RunList {
  inBrief(of: readonly JobId[]): Promise<RunsInBrief>;
}
