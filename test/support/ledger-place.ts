import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import { openWeaverDatabase } from '../../src/adapters/store/open-weaver-database.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import { sqlLedger } from '../../src/adapters/store/miyabi/ledger.ts';
import { miyabiMigrations } from '../../src/adapters/store/miyabi/migrations.ts';
import { sharedLedger, sqlLocalLedger } from '../../src/adapters/store/miyabi/shared-ledger.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Ledger } from '../../src/ports/ledger.ts';

/** Where a ledger lies, for other programs to open. */
export interface LedgerPlace {
  /** Of the shared database; absent where all lies in the file. */
  readonly url?: string;
  readonly path: string;
}

export interface OpenedLedger {
  readonly ledger: Ledger;
  close(): Promise<void>;
}

/** Opens what lies there, as each process does. */
export async function openLedgerAt({ url, path }: LedgerPlace, clock?: Clock): Promise<OpenedLedger> {
  if (url === undefined) return await openDatabase(path, { clock: clock ?? systemClock, ids: systemIds, synchronous: 'NORMAL' });
  const postgres = await openPostgres(url, {}, [miyabiMigrations]);
  const local = await openWeaverDatabase(path, { clock: systemClock, synchronous: 'NORMAL' }, [miyabiMigrations]);
  const shared = sqlLedger(postgres.transactions, clock ?? postgres.clock, systemIds);
  return {
    ledger: sharedLedger(shared, sqlLocalLedger(local.transactions, clock ?? systemClock)),
    close: async () => {
      await Promise.all([postgres.close(), local.close()]);
    },
  };
}

/** Asks the database itself. */
export async function rowsAt({ url, path }: LedgerPlace, sql: string): Promise<readonly Record<string, unknown>[]> {
  if (url === undefined) {
    using database = new DatabaseSync(path);
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>({
      text: sql,
      types: { getTypeParser: (type: number) => (type === 20 || type === 1700 ? Number : (text: string) => text) },
    });
    return rows;
  } finally {
    await client.end();
  }
}
