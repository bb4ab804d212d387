import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestEngine } from '../../../../test/support/engine.ts';
import { putFreshDatabase } from '../../../../test/support/fresh-database.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { TemporaryFolder } from '../../../../test/support/temporary.ts';
import type { MovableDatabase } from '../../../ports/transfer.ts';
import { systemClock } from '../../clock.ts';
import { movableSqlite } from './sqlite-database.ts';
import { transferTables } from './tables.ts';
import { fillEngine, filling, fillLedger } from './testing/fill-records.ts';

let folder: TemporaryFolder;
/** With a row in every table. */
let path: string;
let exported: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'weaver.db');
  const made = await openTestEngine(filling, { folder: folder.path });
  await fillLedger(made.database.ledger, await fillEngine(made.engine));
  await made[Symbol.asyncDispose]();
  exported = join(folder.path, 'records.jsonl');
  await movableSqlite(path, systemClock).exportTo(exported);
});

afterAll(async () => await folder[Symbol.asyncDispose]());

let files = 0;
const fresh = (suffix = '.db') => join(folder.path, `${(files += 1)}${suffix}`);
const freshTarget = async (): Promise<MovableDatabase> => {
  const file = fresh();
  await putFreshDatabase(file);
  return movableSqlite(file, systemClock);
};
const rowsOf = (file: string, table: string): unknown[] => {
  using database = new DatabaseSync(file, { readOnly: true });
  return database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
};

it('moves every row of every table as it is, but for what belongs to the machine', async () => {
  const target = movableSqlite(fresh(), systemClock);
  const imported = await target.importFrom(exported);
  for (const { name } of transferTables) {
    const rows = rowsOf(path, name);
    expect(rows.length, name).toBeGreaterThan(0);
    expect(rowsOf(target.name, name), name).toEqual(rows);
    expect(imported.tables).toContainEqual({ name, rows: rows.length });
  }
  for (const { name } of target.left) expect(rowsOf(target.name, name), name).toEqual([]);
  expect(rowsOf(path, 'miyabi_slot')).toHaveLength(1);
  using database = new DatabaseSync(target.name);
  expect(database.prepare("SELECT typeof(payload) AS type FROM weaver_task WHERE key = 'parent'").get()).toEqual({ type: 'blob' });
  const next = database.prepare('SELECT max(position) + 1 AS position FROM weaver_event').get();
  database.exec("INSERT INTO weaver_event (stream, seq, type, version, at, data) VALUES (1, 99, 'a', 1, 1, '{}')");
  expect(database.prepare('SELECT max(position) AS position FROM weaver_event').get()).toEqual(next);
});

it('writes the same again from what was imported', async () => {
  const target = movableSqlite(fresh(), systemClock);
  await target.importFrom(exported);
  const again = fresh('.jsonl');
  await target.exportTo(again);
  const [, ...lines] = (await readFile(exported, 'utf8')).split('\n').slice(0, -2);
  const [, ...others] = (await readFile(again, 'utf8')).split('\n').slice(0, -2);
  expect(others).toEqual(lines);
});

it('packs a file whose name says so, for its owner alone, and tells how far it has come', async () => {
  const packed = fresh('.jsonl.gz');
  const told: string[] = [];
  const written = await movableSqlite(path, systemClock).exportTo(packed, {
    onProgress: ({ table, rows, of }) => told.push(`${table} ${rows}/${of}`),
  });
  expect((await stat(packed)).mode & 0o777).toBe(0o600);
  expect(gunzipSync(await readFile(packed)).toString()).toContain(`"sha256":"${written.sha256}"`);
  expect(told).toContain('miyabi_call 2/2');
  expect(written.rows).toBe(written.tables.reduce((sum, { rows }) => sum + rows, 0));
  expect(await movableSqlite(fresh(), systemClock).importFrom(packed)).toMatchObject({
    rows: written.rows,
    sha256: written.sha256,
    replaced: 0,
  });
});

it('replaces no file and takes no part of one into a database', async () => {
  await expect(movableSqlite(path, systemClock).exportTo(exported)).rejects.toThrow(/is there already/);
  await expect(movableSqlite(path, systemClock).exportTo('/nowhere/at/all')).rejects.toThrow(/cannot be written/);
  await expect(movableSqlite(fresh(), systemClock).importFrom('/nowhere/at/all')).rejects.toThrow(/cannot be read/);
  const whole = await readFile(exported, 'utf8');
  const lines = whole.split('\n');
  const broken: ReadonlyArray<readonly [content: string, why: RegExp]> = [
    ['', /ends before its last line/],
    ['{}\n', /first line/],
    ['nonsense', /line 1 is no JSON/],
    [whole.slice(0, -90), /no JSON|ends before|last line/],
    [lines.slice(0, 20).join('\n'), /ends before its last line/],
    [whole.replace('"title"', '"Title"'), /not as this version knows it/],
    [whole.replace('Go on?', 'Go no?'), /digest/],
    [lines.toSpliced(3, 1).join('\n'), /line \d+/],
    [`${whole}{}\n`, /behind its last line/],
    [whole.replace(/"version":1/, '"version":99'), /number 99/],
    [whole.replace(/"weaver":\d+/, '"weaver":1'), /written by another version/],
  ];
  for (const [content, why] of broken) {
    expect(content).not.toBe(whole);
    const file = fresh('.jsonl');
    await writeFile(file, content);
    const target = await freshTarget();
    await expect(target.importFrom(file)).rejects.toThrow(why);
    for (const { name } of transferTables) expect(rowsOf(target.name, name)).toEqual([]);
  }
});

it('imports into an empty database only, and exports from one of the newest schema only', async () => {
  const copy = fresh();
  await copyFile(path, copy);
  await expect(movableSqlite(copy, systemClock).importFrom(exported)).rejects.toThrow(/is not empty.*weaver_process/);
  {
    using database = new DatabaseSync(copy);
    database.exec('DELETE FROM miyabi_migration WHERE number > 1');
  }
  await expect(movableSqlite(copy, systemClock).exportTo(fresh('.jsonl'))).rejects.toThrow(/miyabi db migrate/);
  await expect(movableSqlite(fresh(), systemClock).exportTo(fresh('.jsonl'))).rejects.toThrow(/schema weaver is number 0/);
});

it('says how the schema changed, and which processes have not been seen to end', async () => {
  const made = movableSqlite(fresh(), systemClock);
  const [weaver, miyabi] = await made.migrate();
  expect(weaver).toMatchObject({ schema: 'weaver', before: 0 });
  expect(await made.migrate()).toEqual([weaver, miyabi].map((change) => ({ ...change, before: change?.after })));
  expect(await made.processes()).toEqual([]);
  {
    using database = new DatabaseSync(made.name);
    database.exec("INSERT INTO weaver_process (id, namespace, pid, started_at) VALUES ('one', 'default', 7, 1)");
  }
  expect(await made.processes()).toEqual([{ id: 'one', pid: 7 }]);
});
