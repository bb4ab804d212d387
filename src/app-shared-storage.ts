import { postgresIndex } from './adapters/knowledge/postgres/postgres-index.ts';
import { postgresChanges } from './adapters/dispatch/postgres-changes.ts';
import { openPgBoss } from './adapters/dispatch/pg-boss/open.ts';
import { systemClock } from './adapters/clock.ts';
import { systemIds } from './adapters/ids.ts';
import { lockedOwner } from './adapters/owner.ts';
import { sqlLedger } from './adapters/store/miyabi/ledger.ts';
import { miyabiMigrations } from './adapters/store/miyabi/migrations.ts';
import { sharedLedger, sqlLocalLedger } from './adapters/store/miyabi/shared-ledger.ts';
import { openWeaverDatabase } from './adapters/store/open-weaver-database.ts';
import { clientConfig } from './adapters/store/postgres/connections.ts';
import { openPostgres } from './adapters/store/postgres/open.ts';
import type { Storage } from './app-storage.ts';

/** What shared storage is opened with. */
export interface SharedStorageRequest {
  readonly url: string;
  readonly namespace: string;
  /** The file for what belongs to this machine alone. */
  readonly path: string;
  /** How long a process that gives no sign of life counts as living, in ms. */
  readonly lockMs: number;
  /** Told to people: that wake-ups do not arrive, what pg-boss warns of. */
  readonly notice: (text: string) => void;
  /** Hears each time that the database was busy. */
  readonly onBusy: () => void;
}

/**
 * The storage of many machines: PostgreSQL for the records, pg-boss on it for delivery, LISTEN and NOTIFY for wake-ups; and a file of this
 * machine for its folders and slots.
 *
 * @throws Failure (configuration) for a database that cannot be reached or used.
 */
export async function openSharedStorage({ url, namespace, path, lockMs, notice, onBusy }: SharedStorageRequest): Promise<Storage> {
  await using opening = new AsyncDisposableStack();
  const local = await openWeaverDatabase(path, { clock: systemClock }, [miyabiMigrations]);
  opening.defer(async () => await local.close());
  const postgres = await openPostgres(url, { namespace, lockMs, onBusy }, [miyabiMigrations]);
  opening.defer(async () => await postgres.close());
  const { clock, executor, address, isPooled } = postgres;
  const changes = postgresChanges({
    connection: clientConfig({ url, connectLimitMs: 5_000, answerLimitMs: 20_000 }),
    executeSql: (text, values) => executor.executeSql(text, values),
    namespace,
    notice,
  });
  opening.defer(async () => await changes.close());
  const boss = await openPgBoss({ database: executor, changes, clock, namespace, notice });
  opening.defer(async () => await boss.close());
  const caller = opening.use(lockedOwner(postgres.locks, systemIds.next()));
  const open = opening.move();
  return {
    sharing: true,
    databaseState: async () => {
      const { rows } = await executor.executeSql('SELECT split_part(current_setting($1), $2, 1) AS version', ['server_version', ' ']);
      const answersMs: number[] = [];
      while (answersMs.length < 3) {
        const begun = performance.now();
        await executor.executeSql('SELECT 1');
        answersMs.push(performance.now() - begun);
      }
      return { address, version: String(rows[0]?.['version']), answerMs: Math.min(...answersMs), isPooled };
    },
    store: postgres.store,
    ledger: sharedLedger(sqlLedger(postgres.transactions, clock, systemIds), sqlLocalLedger(local.transactions, systemClock)),
    heartbeat: postgres.heartbeat,
    changes,
    dispatcher: boss,
    clock,
    locks: postgres.locks,
    caller,
    knowledgeIndex: async () => await postgresIndex(executor),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}
