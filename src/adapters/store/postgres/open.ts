import pg from 'pg';
import type { Clock } from '../../../ports/clock.ts';
import type { Locks } from '../../../ports/lock.ts';
import type { MigrationStream } from '../migrate.ts';
import type { Transactions } from '../transactions.ts';
import type { WeaverDatabase } from '../weaver-database.ts';
import { weaverMigrations } from '../weaver/migrations.ts';
import { weaverRecords } from '../weaver/records.ts';
import { shownAddress } from './address.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { postgresClock } from './clock.ts';
import { clientConfig, Connections } from './connections.ts';
import type { ConnectionOptions } from './connections.ts';
import { setExecutor } from './executor.ts';
import type { SqlExecutor } from './executor.ts';
import { asPostgresFailure, isUnknownHost } from './failures.ts';
import { settleForeignTransactions } from './foreign-transactions.ts';
import { postgresLocks } from './locks.ts';
import { persistently } from './persistently.ts';
import type { Patience } from './persistently.ts';
import { Pulse } from './pulse.ts';
import { Reader } from './reader.ts';
import type { PostgresRunner } from './runner.ts';
import { Writer } from './writer.ts';

export interface PostgresOptions {
  /** Keeps the engine's records of environments apart that share a database. Default `default`. */
  readonly namespace?: string;
  /** From 0 (included) to 1 (excluded). */
  readonly random?: () => number;
  /** How long the database may be busy or out of reach before that is a failure, in ms. Default 60,000. */
  readonly busyLimitMs?: number;
  /** The same at the start, when a person waits. Default 10,000. */
  readonly openLimitMs?: number;
  /** How long the server may take to answer before a connection counts as lost, in ms. Default 20,000. */
  readonly answerLimitMs?: number;
  /** How long a lock outlasts a holder that does not renew it any more, in ms. Default 30,000. */
  readonly lockMs?: number;
  /** How often the database is asked for its time, in ms. Default 10,000. */
  readonly clockEveryMs?: number;
  /** Renews leases and locks in place of a thread of its own: that of another one which is open on the same database, and is closed later. */
  readonly pulse?: Pulse;
  /** Hears each time that something is done again because the database was busy or out of reach. */
  readonly onBusy?: (() => void) | undefined;
}

/** The engine's records on a PostgreSQL that any number of machines share, and what else they share there. */
export interface PostgresDatabase extends WeaverDatabase {
  /** On the tables that lie there besides the engine's. */
  readonly transactions: Transactions;
  /** The same, for others that are opened on this database. */
  readonly pulse: Pulse;
  /** The database's: on all machines the same. */
  readonly clock: Clock;
  /** Over all machines. */
  readonly locks: Locks;
  /** Runs SQL in a transaction of its own each time, and again when its connection was lost: only for what may be run twice. */
  readonly executor: SqlExecutor;
  /** Whether there is a pooler between that gives each transaction another server process (pgbouncer): nothing holds longer than a transaction. */
  readonly isPooled: boolean;
  /** The address as people may see it. */
  readonly address: string;
}

/** So many transactions of one process are under way at a time: what waits is gathered and shares the next. */
const most = { writing: 4, reading: 4 };
/** How long a transaction may be left alone by its program before the server undoes it, in ms: for one that was frozen, or is out of reach. */
const idleLimitMs = 15_000;
/** How long a renewal may take before another connection is tried, in ms. */
const renewalLimitMs = 5_000;

/**
 * Opens a database and brings its tables to this version, and those of `more`.
 *
 * @param url such as `postgres://user:password@host:5432/database`.
 * @throws Failure (configuration) when it cannot be reached or used, or is from a newer version.
 */
export async function openPostgres(
  url: string,
  options: PostgresOptions = {},
  more: readonly MigrationStream[] = [],
): Promise<PostgresDatabase> {
  const address = shownAddress(url);
  const answerLimitMs = options.answerLimitMs ?? 20_000;
  const connection: ConnectionOptions = { url, answerLimitMs, connectLimitMs: Math.min(answerLimitMs, 5_000) };
  const random = options.random ?? Math.random;
  const patience: Patience = { database: address, random, busyLimitMs: options.busyLimitMs ?? 60_000, onBusy: options.onBusy };
  const { isPooled } = await prepare(connection, [weaverMigrations, ...more], {
    ...patience,
    busyLimitMs: Math.min(options.openLimitMs ?? 10_000, patience.busyLimitMs),
  });

  const prepares = !isPooled;
  const [writing, reading] = [new Connections(connection, most.writing), new Connections(connection, most.reading)];
  const writer = new Writer(writing, { ...patience, prepares, idleLimitMs });
  const reader = new Reader(reading, { ...patience, prepares });
  const query = (config: pg.QueryConfig): Promise<pg.QueryResult<Record<string, unknown>>> =>
    persistently(() => reading.query(config), patience);
  const lockMs = options.lockMs ?? 30_000;
  const renewal = { ...connection, answerLimitMs: Math.min(answerLimitMs, renewalLimitMs) };
  const pulse = options.pulse ?? new Pulse({ connection: renewal, prepares, lockMs }, address);
  const clock = await postgresClock({
    ask: async () => Number((await query({ text: currentTime })).rows[0]?.['now']),
    everyMs: options.clockEveryMs ?? 10_000,
  }).catch(async (error: unknown) => {
    await reading.close();
    throw error;
  });

  const namespace = options.namespace ?? 'default';
  const records = (runner: PostgresRunner) => {
    const transaction = weaverRecords(runner, namespace);
    setExecutor(transaction, runner);
    return transaction;
  };
  return {
    store: {
      write: (change) => writer.write((runner) => change(records(runner))),
      read: (look) => reader.read((runner) => look(weaverRecords(runner, namespace))),
    },
    transactions: { write: (run) => writer.write(run), read: (run) => reader.read(run) },
    heartbeat: pulse,
    pulse,
    clock,
    locks: postgresLocks({ query, pulse, lockMs, random }),
    executor: { executeSql: (text, values = []) => query({ text, values: [...values] }) },
    isPooled,
    address,
    close: async () => {
      clock.stop();
      if (options.pulse === undefined) await pulse.close();
      await writer.close();
      await Promise.all([writing.close(), reading.close()]);
    },
  };
}

const currentTime = 'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now';

/** Makes the tables, or finds them made. */
async function prepare(
  connection: ConnectionOptions,
  streams: readonly MigrationStream[],
  patience: Patience,
): Promise<{ readonly isPooled: boolean }> {
  return persistently(async () => {
    const client = new pg.Client(clientConfig(connection));
    // Told to whoever waits for an answer as well.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await bringUpToDate(client, { streams, database: patience.database });
      await settleForeignTransactions(client);
      return { isPooled: await hasPooler(client) };
    } catch (error) {
      throw isUnknownHost(error) ? asPostgresFailure(error, patience.database) : error;
    } finally {
      await client.end().catch(() => undefined);
    }
  }, patience);
}

/** A pooler makes up the number of the process that it names when one connects. */
async function hasPooler(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const told = 'processID' in client ? client.processID : undefined;
  return rows[0]?.pid !== told;
}
