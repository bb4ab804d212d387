import type { Clock } from '../../ports/clock.ts';
import { threadHeartbeat } from './heartbeat.ts';
import type { MigrationStream } from './migrate.ts';
import { openConnections } from './sqlite/open.ts';
import { Reader } from './sqlite/reader.ts';
import { Writer } from './sqlite/writer.ts';
import type { Transactions } from './transactions.ts';
import type { WeaverDatabase } from './weaver-database.ts';
import { weaverMigrations } from './weaver/migrations.ts';
import { weaverRecords } from './weaver/records.ts';

export interface WeaverDatabaseOptions {
  /** Keeps the engine's records of environments apart that share a file. Default `default`. */
  readonly namespace?: string;
  readonly clock: Clock;
  /** From 0 (included) to 1 (excluded). */
  readonly random?: () => number;
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** How long others may hold the file before that is a failure, in ms. Default 60,000. */
  readonly busyLimitMs?: number;
  /** Hears each time that a change is tried again because somebody else holds the file. */
  readonly onBusy?: (() => void) | undefined;
  /** Called when the disk is full; says whether it has made room, so that what was refused is tried again. */
  readonly makeRoom?: (() => boolean) | undefined;
}

/** One SQLite file with the engine's records. */
export interface WeaverFile extends WeaverDatabase {
  /** A number that is another one once somebody else has committed. Cheap; reads no table. */
  readonly version: () => number;
}

/**
 * Opens or makes the file with the engine's tables, and those of `more`.
 *
 * @throws Failure (configuration) when it is damaged, from a newer version, locked or cannot be written.
 */
export async function openWeaverDatabase(
  path: string,
  options: WeaverDatabaseOptions,
  more: readonly MigrationStream[] = [],
): Promise<WeaverFile & { readonly transactions: Transactions }> {
  const busyLimitMs = options.busyLimitMs ?? 60_000;
  const namespace = options.namespace ?? 'default';
  const connections = await openConnections({
    path,
    streams: [weaverMigrations, ...more],
    synchronous: options.synchronous ?? 'FULL',
    now: options.clock.now(),
    busyLimitMs,
  });
  const writer = new Writer(connections.writer, {
    random: options.random ?? Math.random,
    busyLimitMs,
    onBusy: options.onBusy,
    makeRoom: options.makeRoom,
  });
  const reader = new Reader(connections.reader, { busyLimitMs });
  const dataVersion = connections.writer.database.prepare('PRAGMA data_version');
  return {
    store: {
      write: (change) => writer.write((runner) => change(weaverRecords(runner, namespace))),
      read: (look) => reader.read((runner) => look(weaverRecords(runner, namespace))),
    },
    transactions: { write: (run) => writer.write(run), read: (run) => reader.read(run) },
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
