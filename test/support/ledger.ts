import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import type { Ledger, RecordedFolder } from '../../src/ports/ledger.ts';
import { putFreshDatabase } from './fresh-database.ts';
import { openLedgerAt, rowsAt } from './ledger-place.ts';
import type { LedgerPlace } from './ledger-place.ts';
import { freshPostgres, noPostgres } from './postgres.ts';
import type { FreshPostgres } from './postgres.ts';
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
  readonly rows: (sql: string) => Promise<readonly Record<string, unknown>[]>;
}

/** A whole ledger on a real database, which goes with it. */
export async function openTestLedger(backend: LedgerBackend = 'SQLite'): Promise<TestLedger> {
  await using opening = new AsyncDisposableStack();
  const { path: folder } = opening.use(await temporaryFolder());
  const path = join(folder, 'miyabi.db');
  await putFreshDatabase(path);
  const place = backend === 'SQLite' ? { path } : { path, url: opening.use(await emptyPostgres()).url };
  const clock = { now: () => Date.now() };
  const opened = opening.move();
  const open = async (): Promise<Ledger> => {
    const made = await openLedgerAt(place, { now: () => clock.now(), monotonic: () => performance.now() });
    opened.defer(async () => await made.close());
    return made.ledger;
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

/** Databases of this file of tests that nobody uses: to make one and drop it takes longer than most tests. */
const idle: FreshPostgres[] = [];

async function emptyPostgres(): Promise<FreshPostgres> {
  const database = idle.pop() ?? (await freshPostgres());
  return {
    url: database.url,
    [Symbol.asyncDispose]: async () => {
      await rowsAt({ url: database.url, path: '' }, emptied);
      idle.push(database);
    },
  };
}

const emptied = `DO $$ BEGIN
  EXECUTE (SELECT 'TRUNCATE ' || string_agg(relname, ', ') || ' RESTART IDENTITY' FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname NOT LIKE '%_migration');
END $$`;

/** The same cases over each kind of database that a ledger lies in. */
export function overLedgers(cases: (open: () => Promise<TestLedger>, backend: LedgerBackend) => void): void {
  describe('SQLite', () => {
    cases(() => openTestLedger('SQLite'), 'SQLite');
  });
  const reason = noPostgres();
  describe.skipIf(reason !== undefined)(`PostgreSQL${reason === undefined ? '' : ` (${reason})`}`, () => {
    cases(() => openTestLedger('PostgreSQL'), 'PostgreSQL');
    afterAll(async () => {
      for (const database of idle.splice(0)) await database[Symbol.asyncDispose]();
    });
  });
}
