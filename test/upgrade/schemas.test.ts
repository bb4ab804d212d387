import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { migrate, statementsFor } from '../../src/adapters/store/migrate.ts';
import { miyabiMigrations } from '../../src/adapters/store/miyabi/migrations.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import { weaverMigrations } from '../../src/adapters/store/weaver/migrations.ts';
import { divided } from '../support/campaign.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { anyRow } from './support/any-row.ts';
import type { Column } from './support/any-row.ts';
import { oldSchemas, oldSchemasOfPostgres, streamsOf } from './support/schemas-of-old.ts';
import type { OldSchema } from './support/schemas-of-old.ts';

const newest = { weaver: weaverMigrations.migrations.at(-1)!.number, miyabi: miyabiMigrations.migrations.at(-1)!.number };

it('the schemas of old end with that of this program', () => {
  expect(oldSchemas.at(-1)).toEqual(newest);
});

describe('a file of SQLite', () => {
  it.each(oldSchemas)(
    'of the schema $weaver of the engine and $miyabi of Miyabi, with a row in each table, becomes what a new one is',
    async (schema) => {
      await using folder = await temporaryFolder();
      const [path, fresh] = [join(folder.path, 'old.db'), join(folder.path, 'new.db')];
      const filled = makeOldFile(path, schema);
      expect(filled.length).toBeGreaterThan(6);
      for (const each of [path, fresh]) await (await openDatabase(each, { clock: systemClock, ids: systemIds })).close();
      expect(definitionsOf(path)).toEqual(definitionsOf(fresh));
      using database = new DatabaseSync(path);
      expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      const kept = filled.filter(
        (table) => database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined,
      );
      for (const table of kept) expect(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get(), table).toEqual({ rows: 1 });
    },
  );

  it('of a newer schema is refused with a sentence, and left as it is', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'newer.db');
    await (await openDatabase(path, { clock: systemClock, ids: systemIds })).close();
    const next = newest.miyabi + 1;
    withFile(path, (database) => {
      database.exec('CREATE TABLE miyabi_tomorrow (id TEXT PRIMARY KEY)');
      database.prepare("INSERT INTO miyabi_migration (number, name, applied_at) VALUES (?, 'tomorrow', 1)").run(next);
    });
    const before = definitionsOf(path);
    await expect(openDatabase(path, { clock: systemClock, ids: systemIds })).rejects.toMatchObject({
      reason: 'configuration',
      text: {
        what: `The database ${path} was written by a newer version.`,
        why: `Its schema is number ${next}; this version knows up to ${newest.miyabi}.`,
        fix: expect.stringContaining('Use the newer version'),
      },
    });
    expect(definitionsOf(path)).toEqual(before);
  });
});

function withFile<Result>(path: string, work: (database: DatabaseSync) => Result): Result {
  using database = new DatabaseSync(path);
  return work(database);
}

/** @returns the tables, each with one row. */
function makeOldFile(path: string, schema: OldSchema): readonly string[] {
  using database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec('PRAGMA journal_mode = WAL');
  for (const stream of streamsOf(schema)) migrate(database, stream, path, 1);
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_migration' ORDER BY rowid",
    )
    .all()
    .map(({ name }) => String(name));
  for (const table of tables) {
    const described = database.prepare(`PRAGMA table_info(${table})`).all();
    const columns = described.map(({ name, type, notnull, dflt_value: otherwise, pk }): Column => ({
      name: String(name),
      isNumber: /INT|REAL|DOUBLE|NUM/.test(String(type)),
      isRequired: (notnull === 1 || pk !== 0) && otherwise === null,
    }));
    const row = anyRow(table, columns);
    const places = Object.keys(row).map(() => '?');
    database.prepare(`INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`).run(...Object.values(row));
  }
  return tables;
}

/** Every table, index, view and trigger, as it is defined. */
function definitionsOf(path: string): Readonly<Record<string, unknown>> {
  return withFile(path, (database) => {
    const all = database.prepare('SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name').all();
    return Object.fromEntries(all.map(({ name, sql }) => [String(name), sql]));
  });
}

const reason = noPostgres();

describe.skipIf(reason !== undefined)(`a database of PostgreSQL${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  let tablesOfNew: readonly string[];
  beforeAll(async () => {
    await using fresh = await freshPostgres();
    tablesOfNew = await tablesOf(fresh.url);
  });

  for (const { tags, ...schema } of divided(oldSchemasOfPostgres, 6))
    it(`of the schema ${schema.miyabi} of Miyabi, with a row in each table, becomes what a new one is`, { tags }, async () => {
      await using old = await freshPostgres({ empty: true });
      const filled = await makeOldDatabase(old.url, schema);
      await (await openPostgres(old.url, {}, [miyabiMigrations])).close();
      const now = await tablesOf(old.url);
      expect(now).toEqual(tablesOfNew);
      for (const table of filled.filter((name) => now.some((line) => line.startsWith(`${name}.`)))) {
        expect(await inSql(old.url, `SELECT count(*)::int AS rows FROM ${table}`), table).toEqual([{ rows: 1 }]);
      }
    });
});

type PostgresRow = Readonly<Record<string, unknown>>;

async function inSql(url: string, ...statements: readonly string[]): Promise<readonly PostgresRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: readonly PostgresRow[] = [];
    for (const statement of statements) ({ rows } = await client.query<PostgresRow>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** Without views, which an older program had in its own words. @returns the tables, each with one row. */
async function makeOldDatabase(url: string, schema: OldSchema): Promise<readonly string[]> {
  for (const { table, migrations } of streamsOf(schema)) {
    const done = migrations.map(({ number, name }) => `INSERT INTO ${table} VALUES (${number}, '${name.replaceAll("'", "''")}', 1)`);
    const statements = migrations.flatMap((each) => statementsFor(each, 'postgres')).filter((each) => !each.startsWith('CREATE VIEW'));
    await inSql(
      url,
      `CREATE TABLE ${table} (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)`,
      ...statements,
      ...done,
    );
  }
  const described = await inSql(
    url,
    `SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name NOT LIKE '%_migration' ORDER BY table_name, ordinal_position`,
  );
  const tables = [...new Set(described.map(({ table_name: name }) => String(name)))];
  const inserts = tables.map((table) => {
    const columns = described
      .filter(({ table_name: name }) => name === table)
      .map(({ column_name: name, data_type: type, is_nullable: nullable, column_default: otherwise, is_identity: identity }): Column => ({
        name: String(name),
        isNumber: /int|numeric|double/.test(String(type)),
        isRequired: nullable === 'NO' && otherwise === null && identity === 'NO',
      }));
    const row = anyRow(table, columns);
    const values = Object.values(row).map((value) => (typeof value === 'number' ? String(value) : `'${value}'`));
    return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`;
  });
  await inSql(url, 'SET session_replication_role = replica', ...inserts);
  return tables;
}

/** Every column, index and check of the tables, in a line each; views are made anew with the newest of the steps that touch them. */
async function tablesOf(url: string): Promise<readonly string[]> {
  const columns = await inSql(
    url,
    `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS line
       FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
     UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     ORDER BY 1`,
  );
  return columns.map(({ line }) => String(line));
}
