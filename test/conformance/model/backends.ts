import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { memoryDatabase } from '../../../src/adapters/store/memory/database.ts';
import { openDatabase } from '../../../src/adapters/store/open-database.ts';
import type { ProcessId } from '../../../src/domain/ids.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Store } from '../../../src/ports/store.ts';

/** The records that the engines of one sequence share. */
export interface SharedRecords extends AsyncDisposable {
  readonly store: Store;
  /** What the heartbeat of a process does when it beats. @param until epoch ms. */
  renew(process: ProcessId, until: number): Promise<void>;
}

/** Records that are empty, for one sequence of operations. @param sequence a number that no other sequence has. */
export type OpenRecords = (sequence: number, clock: Clock) => Promise<SharedRecords>;

export const inMemory: OpenRecords = async () => {
  const database = memoryDatabase();
  return {
    store: database.connect().store,
    renew: (process, until) =>
      database.renew(process, () => (lease) => ({ ...lease, until: Math.max(lease.until, Math.min(until, lease.limit ?? until)) })),
    [Symbol.asyncDispose]: async () => undefined,
  };
};

/** All sequences in one file, each in a namespace of its own. */
export function inSqlite(folder: string): OpenRecords {
  const path = join(folder, 'model.db');
  return async (sequence, clock) => {
    const ids = { next: () => '' };
    const database = await openDatabase(path, { clock, ids, namespace: `sequence-${sequence}`, synchronous: 'NORMAL' });
    return {
      store: database.store,
      renew: async (owner, until) => {
        const beat = new DatabaseSync(path);
        beat
          .prepare(
            `UPDATE weaver_task SET lease_until = max(lease_until, min(:until, coalesce(lease_limit, :until)))
             WHERE state = 'running' AND lease_owner = :owner`,
          )
          .run({ until, owner });
        beat.close();
      },
      [Symbol.asyncDispose]: () => database.close(),
    };
  };
}
