import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine } from '../../../../test/support/engine.ts';
import { rowsAt } from '../../../../test/support/ledger-place.ts';
import { freshPostgres, noPostgres } from '../../../../test/support/postgres.ts';
import type { FreshPostgres } from '../../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { TemporaryFolder } from '../../../../test/support/temporary.ts';
import type { EventCursor } from '../../../domain/events.ts';
import { systemClock } from '../../clock.ts';
import { openWeaverDatabase } from '../open-weaver-database.ts';
import { unpackText } from '../packed-text.ts';
import { openPostgres } from '../postgres/open.ts';
import type { PostgresDatabase } from '../postgres/open.ts';
import { movablePostgres } from './postgres-database.ts';
import type { MovablePostgres } from './postgres-database.ts';
import { movableSqlite } from './sqlite-database.ts';
import { leftTables, transferTables } from './tables.ts';
import { fillEngine, filling, fillLedger } from './testing/fill-records.ts';

const reason = noPostgres();

describe.skipIf(reason !== undefined)(`records on PostgreSQL${reason === undefined ? '' : ` (${reason})`}`, () => {
  let folder: TemporaryFolder;
  let server: FreshPostgres;
  let path: string;
  let exported: string;
  let database: MovablePostgres;
  const ask = (sql: string) => rowsAt({ url: server.url, path: '' }, sql);

  beforeAll(async () => {
    folder = await temporaryFolder();
    path = join(folder.path, 'weaver.db');
    const made = await openTestEngine(filling, { folder: folder.path });
    await fillLedger(made.database.ledger, await fillEngine(made.engine));
    await made[Symbol.asyncDispose]();
    using raw = new DatabaseSync(path);
    // What only SQLite can hold.
    raw.exec(
      "UPDATE miyabi_question SET text = 'one' || char(0) || 'two'; UPDATE miyabi_world SET run_ms = 12.4, status = 'failed', ended_at = 1",
    );
    exported = join(folder.path, 'records.jsonl');
    await movableSqlite(path, systemClock).exportTo(exported);
    server = await freshPostgres({ empty: true });
    database = movablePostgres(server.url, systemClock);
  });

  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  it('takes nothing of a file that is not as it was written', async () => {
    const broken = join(folder.path, 'broken.jsonl');
    await writeFile(broken, (await readFile(exported, 'utf8')).replace('Go on?', 'Go no?'));
    await expect(database.importFrom(broken)).rejects.toThrow(/digest/);
    for (const { name } of transferTables) expect(await ask(`SELECT 1 FROM ${name}`), name).toEqual([]);
  });

  it('holds every row of a file as it was, text unpacked, and numbers on from it', async () => {
    const imported = await database.importFrom(exported);
    expect(imported.replaced).toBe(1);
    for (const { name, order } of transferTables) {
      const rows = sqliteRows(path, name, order);
      expect(imported.tables).toContainEqual({ name, rows: rows.length });
      const held = await ask(`SELECT * FROM ${name} ORDER BY ${order.join(', ')}`);
      expect(held.map(comparable), name).toEqual(rows.map(comparable));
    }
    expect(await ask('SELECT text FROM miyabi_question')).toEqual([{ text: 'one\uFFFDtwo' }]);
    expect(await ask('SELECT run_ms FROM miyabi_world')).toEqual([{ run_ms: 12 }]);
    const [highest] = await ask('SELECT max(number) AS number FROM weaver_stream');
    const [next] = await ask("INSERT INTO weaver_stream (name) VALUES ('job:next') RETURNING number");
    expect(next).toEqual({ number: Number(highest?.['number']) + 1 });
    await ask("DELETE FROM weaver_stream WHERE name = 'job:next'");
  });

  it('lets whoever reads events go on where it was', async () => {
    const [sqlite, postgres] = await Promise.all([openWeaverDatabase(path, { clock: systemClock }), openPostgres(server.url)]);
    const seen = async ({ store }: Pick<PostgresDatabase, 'store'>, after: EventCursor | undefined, limit = 1_000) =>
      (await store.read((records) => records.eventsAfter(after, limit))).map(({ stream, seq, position }) => ({ stream, seq, position }));
    const place = (await seen(sqlite, undefined, 5)).at(-1)?.position;
    const expected = (await seen(sqlite, place)).map(({ stream, seq }) => ({ stream, seq }));
    expect(expected.length).toBeGreaterThan(5);
    const found = await seen(postgres, place);
    expect(found).toMatchObject(expected);
    // And back again.
    expect(await seen(sqlite, found[2]?.position)).toMatchObject(expected.slice(3));
    await Promise.all([sqlite.close(), postgres.close()]);
  });

  it('gives all of it back, events in the order over all streams', async () => {
    const back = join(folder.path, 'back.jsonl');
    expect(await database.exportTo(back)).toMatchObject({ tables: expect.arrayContaining([{ name: 'miyabi_call', rows: 2 }]) });
    const target = movableSqlite(join(folder.path, 'back.db'), systemClock);
    expect((await target.importFrom(back)).replaced).toBe(0);
    const twice = join(folder.path, 'twice.jsonl');
    await target.exportTo(twice);
    expect(await rowLines(twice)).toEqual(await rowLines(back));
    // But for what PostgreSQL could not hold it is what was there at the beginning.
    const [first, last] = [await rowLines(exported), await rowLines(back)];
    expect(last.filter((line, index) => line !== first[index])).toHaveLength(2);

    // What committed later comes later, whatever its number.
    const [one, other] = [new pg.Client({ connectionString: server.url }), new pg.Client({ connectionString: server.url })];
    await Promise.all([one.connect(), other.connect()]);
    const insert =
      "INSERT INTO weaver_event (stream, seq, type, version, at, data) SELECT max(number), $1, 'late', 1, 1, '{}' FROM weaver_stream";
    await other.query('BEGIN');
    await other.query('SELECT pg_current_xact_id()');
    await one.query(insert, [1_001]);
    await other.query(insert, [1_002]);
    await other.query('COMMIT');
    await Promise.all([one.end(), other.end()]);
    const later = join(folder.path, 'later.jsonl');
    await database.exportTo(later);
    const late = (await rowLines(later)).filter((line) => line.includes('"late"')).map((line) => JSON.parse(line) as unknown[]);
    expect(late.map((row) => row.find((value) => value === 1_001 || value === 1_002))).toEqual([1_002, 1_001]);
    const columns = await eventColumns(later);
    const [before, after] = late.map((row) => Number(row[columns.indexOf('position')]));
    expect(after).toBeGreaterThan(before ?? Infinity);
    await expect(movableSqlite(join(folder.path, 'later.db'), systemClock).importFrom(later)).resolves.toBeDefined();
  });

  it('takes records only where there are none', async () => {
    await expect(database.importFrom(exported)).rejects.toThrow(/is not empty.*weaver_process/);
  });

  it('names every table that there is', async () => {
    const tables = await ask(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE '%_migration' ORDER BY 1",
    );
    const named = [...transferTables, ...leftTables].map(({ name }) => name);
    expect(tables.map(({ name }) => name)).toEqual(named.toSorted());
  });

  it('knows who holds a lock and which processes have not ended, and never says its password', async () => {
    expect(await database.processes()).toEqual([]);
    await ask("INSERT INTO weaver_process (id, namespace, pid, started_at) VALUES ('one', 'default', 7, 1)");
    expect(await database.processes()).toEqual([{ id: 'one', pid: 7 }]);
    const now = Date.now();
    await ask(`INSERT INTO weaver_lock VALUES ('held', 'a', ${now + 60_000}), ('lost', 'a', ${now - 60_000})`);
    expect(await Promise.all(['held', 'lost', 'unknown'].map((lock) => database.isHeld(lock)))).toEqual([true, false, false]);
    expect(database.name).not.toContain(new URL(server.url).password || 'no password');
    const nowhere = movablePostgres('postgres://ada:secret@127.0.0.1:1/miyabi', systemClock);
    const failed: unknown = await nowhere.exportTo(join(folder.path, 'none.jsonl')).catch((error: unknown) => error);
    expect(failed).toMatchObject({ reason: 'configuration', text: { what: expect.stringContaining('cannot be reached') } });
    expect(String(failed)).not.toContain('secret');
  });

  it('says how the schema changed', async () => {
    await using other = await freshPostgres({ empty: true });
    const fresh = movablePostgres(other.url, systemClock);
    await expect(fresh.exportTo(join(folder.path, 'none.jsonl'))).rejects.toThrow(/miyabi db migrate/);
    const [weaver, miyabi] = await fresh.migrate();
    expect(weaver).toMatchObject({ schema: 'weaver', before: 0 });
    expect(await fresh.migrate()).toEqual([weaver, miyabi].map((change) => ({ ...change, before: change?.after })));
  });
});

function sqliteRows(path: string, table: string, order: readonly string[]): Record<string, unknown>[] {
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare(`SELECT * FROM ${table} ORDER BY ${order.join(', ')}`).all();
}

/** A row whichever database it comes from, as far as both can hold it. */
function comparable(row: Record<string, unknown>): object {
  const { written_in: _, ...columns } = row;
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, plain(value, name)]));
}

function plain(value: unknown, column: string): unknown {
  if (value instanceof Uint8Array) return column === 'body' ? `\\x${Buffer.from(value).toString('hex')}` : plain(unpackText(value), column);
  if (typeof value === 'number') return String(column === 'run_ms' ? Math.round(value) : value);
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}

/** Without the header and the end. */
async function rowLines(file: string): Promise<readonly string[]> {
  return (await readFile(file, 'utf8')).split('\n').slice(1, -2);
}

async function eventColumns(file: string): Promise<readonly string[]> {
  const [header = ''] = (await readFile(file, 'utf8')).split('\n', 1);
  const { tables } = JSON.parse(header) as {
    readonly tables: ReadonlyArray<{ readonly name: string; readonly columns: ReadonlyArray<{ readonly name: string }> }>;
  };
  return tables.find(({ name }) => name === 'weaver_event')?.columns.map(({ name }) => name) ?? [];
}
