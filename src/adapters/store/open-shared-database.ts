import type { Clock } from '../../ports/clock.ts';
import type { IdSource } from '../../ports/ids.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { sqlLedger } from './miyabi/ledger.ts';
import { miyabiMigrations } from './miyabi/migrations.ts';
import { serialTransactions } from './miyabi/serial.ts';
import { sharedLedger, sqlLocalLedger } from './miyabi/shared-ledger.ts';
import { openWeaverDatabase } from './open-weaver-database.ts';
import { openPostgres } from './postgres/open.ts';
import type { PostgresDatabase, PostgresOptions } from './postgres/open.ts';

export interface SharedDatabaseOptions extends PostgresOptions {
  readonly ids: IdSource;
  /** A file of this machine, for what belongs to it alone: folders of worlds and their slots. */
  readonly local: string;
  /** In place of the database's own; for tests. */
  readonly ledgerClock?: Clock;
}

/** One PostgreSQL with everything that many machines share, and a file with what is of this one. */
export interface SharedDatabase extends Omit<PostgresDatabase, 'transactions'> {
  readonly ledger: Ledger;
}

/**
 * Opens or makes both.
 *
 * @param url such as `postgres://user:password@host:5432/database`.
 * @throws Failure (configuration) when one of them cannot be reached or used, or is from a newer version.
 */
export async function openSharedDatabase(url: string, options: SharedDatabaseOptions): Promise<SharedDatabase> {
  const { transactions, ...postgres } = await openPostgres(url, options, [miyabiMigrations]);
  try {
    const clock = options.ledgerClock ?? postgres.clock;
    const local = await openWeaverDatabase(options.local, { clock }, [miyabiMigrations]);
    return {
      ...postgres,
      ledger: sharedLedger(sqlLedger(serialTransactions(transactions), clock, options.ids), sqlLocalLedger(local.transactions, clock)),
      close: async () => {
        await Promise.all([postgres.close(), local.close()]);
      },
    };
  } catch (error) {
    await postgres.close();
    throw error;
  }
}
