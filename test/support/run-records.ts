import type { JobId, RepositoryId } from '../../src/domain/ids.ts';
import { displayId } from '../../src/domain/ids.ts';
import type { RunRecords, RunState } from '../../src/worlds/collected.ts';

/** The engine's records of these runs, by id, and of no other. */
export function recordsOf(runs: Readonly<Record<JobId, RunState>>, open: readonly RepositoryId[] = []): RunRecords {
  const byName = new Map(Object.entries(runs).map(([id, state]) => [displayId('run', id), state]));
  return {
    byId: async (job) => runs[job] ?? { kind: 'unknown' },
    byName: async (shown) => byName.get(shown) ?? { kind: 'unknown' },
    openRepositories: async () => new Set(open),
  };
}
