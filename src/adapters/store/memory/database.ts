import type { ProcessId } from '../../../domain/ids.ts';
import type { Lease } from '../../../domain/task.ts';
import type { Store } from '../../../ports/store.ts';
import { Journal } from './journal.ts';
import { readRecords } from './read-records.ts';
import { renewLeases } from './renew-leases.ts';
import { makeTables } from './tables.ts';
import { Transactions } from './transactions.ts';
import { writeRecords } from './write-records.ts';

/** What one process has of a database that several share. */
export interface MemoryConnection {
  readonly store: Store;
  /** A number that is another one once somebody else has committed. */
  readonly version: () => number;
}

/** The engine's records in memory, of any number of namespaces and processes; gone with the last reference to it. */
export interface MemoryDatabase {
  /** @param namespace `default` when absent. */
  connect(namespace?: string): MemoryConnection;
  /** Puts others in the place of the leases of a process; what the heartbeat does. @param begin called when no other transaction is under way. */
  renew(process: ProcessId, begin: () => (lease: Lease) => Lease): Promise<void>;
}

/** Says what the database on disk says, and keeps nothing: for tests, simulations, and engines that need not outlive their program. */
export function memoryDatabase(): MemoryDatabase {
  const journal = new Journal();
  const transactions = new Transactions(makeTables(journal), journal);
  return {
    connect: (namespace = 'default') => {
      let own = 0;
      const store: Store = {
        write: (change) =>
          transactions.write(
            (session) => change({ ...readRecords(session, namespace), ...writeRecords(session, namespace) }),
            () => (own += 1),
          ),
        read: (look) => transactions.read((session) => look(readRecords(session, namespace))),
      };
      return { store, version: () => transactions.commits - own };
    },
    renew: (process, begin) =>
      transactions.write(
        async ({ tables }) => renewLeases(tables, process, begin()),
        () => undefined,
      ),
  };
}
