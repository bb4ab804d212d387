import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { describe } from 'vitest';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import { openSharedDatabase } from '../../src/adapters/store/open-shared-database.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Ledger, RecordedFolder } from '../../src/ports/ledger.ts';
import { putFreshDatabase } from './fresh-database.ts';
import { freshPostgres, noPostgres } from './postgres.ts';
import { temporaryFolder } from './temporary.ts';

/** The part of the ledger that folders need, in memory. */
export function memoryFolders(): Pick<Ledger, 'recordFolder' | 'forgetFolder' | 'folders'> {
  const rows = new Map<string, RecordedFolder>();
  return {
    async recordFolder(folder) {
      rows.set(folder.directory, folder);
    },
    async forgetFolder(directory) {
      rows.delete(directory);
    },
    async folders(filter) {
      return [...rows.values()].filter((row) => filter?.jobId === undefined || row.jobId === filter.jobId);
    },
  };
}

export type LedgerBackend = 'SQLite' | 'PostgreSQL';

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
  if (url === undefined) {
    const { systemClock } = await import('../../src/adapters/clock.ts');
    return await openDatabase(path, { clock: clock ?? systemClock, ids: systemIds, synchronous: 'NORMAL' });
  }
  return await openSharedDatabase(url, { local: path, ids: systemIds, ...(clock === undefined ? {} : { ledgerClock: clock }) });
}

export interface TestLedger extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly place: LedgerPlace;
  /** Of the file: all of the records on SQLite. */
  readonly path: string;
  /** What time it is, to be set by the test; as on the machine until then. */
  readonly clock: { now: () => number };
  /** The same records opened once more, as another process would; closed together with this one. */
  another(): Promise<Ledger>;
  /** Asks the database itself, behind the ledger. Whole numbers are numbers. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** A whole ledger on a real database, which goes with it. */
export async function openTestLedger(backend: LedgerBackend = 'SQLite'): Promise<TestLedger> {
  await using opening = new AsyncDisposableStack();
  const { path: folder } = opening.use(await temporaryFolder());
  const path = join(folder, 'miyabi.db');
  await putFreshDatabase(path);
  const place = backend === 'SQLite' ? { path } : { path, url: opening.use(await freshPostgres()).url };
  const clock = { now: () => Date.now() };
  const opened = opening.move();
  const open = async (): Promise<Ledger> => {
    const { ledger, close } = await openLedgerAt(place, { now: () => clock.now(), monotonic: () => performance.now() });
    opened.defer(close);
    return ledger;
  };
  return {
    ledger: await open(),
    place,
    path,
    clock,
    another: open,
    rows: (sql) => rowsAt(place, sql),
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
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

/** The same cases over each kind of database that a ledger lies in. */
export function overLedgers(cases: (open: () => Promise<TestLedger>, backend: LedgerBackend) => void): void {
  describe('SQLite', () => cases(() => openTestLedger('SQLite'), 'SQLite'));
  const reason = noPostgres();
  describe.skipIf(reason !== undefined)(`PostgreSQL${reason === undefined ? '' : ` (${reason})`}`, () =>
    cases(() => openTestLedger('PostgreSQL'), 'PostgreSQL'),
  );
}
