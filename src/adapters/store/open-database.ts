import type { Clock } from '../../ports/clock.ts';
import type { Heartbeat } from '../../ports/heartbeat.ts';
import type { IdSource } from '../../ports/ids.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Store } from '../../ports/store.ts';
import { threadHeartbeat } from './heartbeat.ts';
import { miyabiMigrations } from './miyabi/migrations.ts';
import { sqlLedger } from './miyabi/ledger.ts';
import { openConnections } from './sqlite/open.ts';
import { Reader } from './sqlite/reader.ts';
import { Writer } from './sqlite/writer.ts';
import { weaverMigrations } from './weaver/migrations.ts';
import { weaverRecords } from './weaver/records.ts';

export interface DatabaseOptions {
  /** Keeps the engine's records of environments apart that share a file. Default `default`. */
  readonly namespace?: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** From 0 (included) to 1 (excluded). */
  readonly random?: () => number;
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** How long others may hold the file before that is a failure, in ms. Default 60,000. */
  readonly busyLimitMs?: number;
}

/** One SQLite file with everything in it. */
export interface Database {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly heartbeat: Heartbeat;
  /** A number that is another one once somebody else has committed. Cheap; reads no table. */
  readonly version: () => number;
  /** Resolves when everything handed in is committed and the file is closed. */
  close(): Promise<void>;
}

/** Opens or makes the file. @throws Failure (configuration) when it is damaged, from a newer version, locked or cannot be written. */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<Database> {
  const busyLimitMs = options.busyLimitMs ?? 60_000;
  const namespace = options.namespace ?? 'default';
  const connections = await openConnections({
    path,
    streams: [weaverMigrations, miyabiMigrations],
    synchronous: options.synchronous ?? 'FULL',
    now: options.clock.now(),
    busyLimitMs,
  });
  const writer = new Writer(connections.writer, { random: options.random ?? Math.random, busyLimitMs });
  const reader = new Reader(connections.reader, { busyLimitMs });
  const dataVersion = connections.writer.database.prepare('PRAGMA data_version');
  return {
    store: {
      write: (change) => writer.write((runner) => change(weaverRecords(runner, namespace))),
      read: (look) => reader.read((runner) => look(weaverRecords(runner, namespace))),
    },
    ledger: sqlLedger({ write: (run) => writer.write(run), read: (run) => reader.read(run) }, options.clock, options.ids),
    heartbeat: threadHeartbeat(path),
    version: () => Number(dataVersion.get()?.['data_version']),
    close: async () => {
      await writer.close();
      await reader.close();
      connections.reader.database.close();
      connections.writer.database.close();
    },
  };
}
