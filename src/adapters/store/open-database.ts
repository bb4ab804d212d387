import type { IdSource } from '../../ports/ids.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { miyabiMigrations } from './miyabi/migrations.ts';
import { sqlLedger } from './miyabi/ledger.ts';
import { openWeaverDatabase } from './open-weaver-database.ts';
import type { WeaverDatabaseOptions, WeaverFile } from './open-weaver-database.ts';

export interface DatabaseOptions extends WeaverDatabaseOptions {
  readonly ids: IdSource;
}

/** One SQLite file with everything in it: the engine's records, and what Miyabi keeps beside them. */
export interface Database extends WeaverFile {
  readonly ledger: Ledger;
}

/** Opens or makes the file. @throws Failure (configuration) when it is damaged, from a newer version, locked or cannot be written. */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<Database> {
  const { transactions, ...database } = await openWeaverDatabase(path, options, [miyabiMigrations]);
  return { ...database, ledger: sqlLedger(transactions, options.clock, options.ids) };
}
