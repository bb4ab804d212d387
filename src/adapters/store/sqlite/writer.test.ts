import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Generated } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { queryBuilder, statements } from '../statement.ts';
import { Connection } from './connection.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

const statement = statements(queryBuilder<{ readonly note: { readonly rowid: Generated<number>; readonly value: string } }>());
const insert = statement<{ readonly value: string }>((db, p) => db.insertInto('note').values({ value: p.value }));
const all = statement<Record<string, never>, { readonly value: string }>((db) => db.selectFrom('note').select('value').orderBy('rowid'));

let folder: string;
let path: string;
let database: DatabaseSync;
let writer: Writer;
let reader: Reader;
let busy: number;
const opened: DatabaseSync[] = [];

function open(readOnly = false): DatabaseSync {
  const made = new DatabaseSync(path, { readOnly });
  opened.push(made);
  return made;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writer-'));
  path = join(folder, 'notes.db');
  database = open();
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE note (value TEXT NOT NULL UNIQUE)');
  writer = new Writer(new Connection(database, path), { random: () => 0.5, busyLimitMs: 300, onBusy: () => (busy += 1) });
  busy = 0;
  reader = new Reader(new Connection(open(true), path), { busyLimitMs: 300 });
});

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  rmSync(folder, { recursive: true });
});

const note = (value: string) => writer.write((runner) => runner.run(insert, { value }));
const notes = async () => (await reader.read((runner) => runner.all(all, {}))).map((row) => row.value);

it('shares one commit between the changes of one turn', async () => {
  const version = open().prepare('PRAGMA data_version');
  const before = Number(version.get()?.['data_version']);
  await Promise.all(['a', 'b', 'c'].map(note));
  expect(await notes()).toEqual(['a', 'b', 'c']);
  expect(Number(version.get()?.['data_version'])).toBe(before + 1);
});

it('undoes a change that fails alone', async () => {
  const failing = writer.write(async (runner) => {
    await runner.run(insert, { value: 'half' });
    throw new Error('changed its mind');
  });
  const results = await Promise.allSettled([note('a'), failing, note('a'), note('b')]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { message: 'changed its mind' } });
  expect(await notes()).toEqual(['a', 'b']);
});

it('stores nothing of a body that awaits the outside, and goes on with the others', async () => {
  let late: Promise<unknown> = Promise.resolve();
  const outside = writer.write(async (runner) => {
    await runner.run(insert, { value: 'half' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    late = runner.run(insert, { value: 'late' });
    await late;
  });
  const [refused, done] = await Promise.allSettled([outside, note('b')]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { name: 'AwaitedOutside' } });
  expect(done.status).toBe('fulfilled');
  await new Promise((resolve) => setTimeout(resolve, 40));
  await expect(late).rejects.toThrow('This transaction is over');
  expect(await notes()).toEqual(['b']);
});

it('waits without holding up the event loop while another process writes', async () => {
  const other = open();
  other.exec('BEGIN IMMEDIATE');
  const written = note('a');
  const turns: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const since = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
    turns.push(performance.now() - since);
  }
  expect(turns).toHaveLength(20);
  expect(await notes()).toEqual([]);
  other.exec('ROLLBACK');
  await written;
  expect(await notes()).toEqual(['a']);
  expect(busy).toBeGreaterThan(0);
});

it('gives up in a sentence when the file stays locked', async () => {
  const other = open();
  other.exec('BEGIN IMMEDIATE');
  await expect(note('a')).rejects.toMatchObject({ reason: 'configuration', message: expect.stringContaining('stayed locked') });
  other.exec('ROLLBACK');
  await note('b');
  expect(await notes()).toEqual(['b']);
});

it('says that the disk is full, stores nothing of it, and goes on when there is room again', async () => {
  await note('first');
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
  database.exec(`PRAGMA max_page_count = ${pages}`);
  const results = await Promise.allSettled([note('small'), note('x'.repeat(100_000))]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  expect(results[0]).toMatchObject({ reason: { reason: 'configuration', text: { why: expect.stringContaining('The disk is full') } } });
  expect(await notes()).toEqual(['first']);
  database.exec('PRAGMA max_page_count = 100000');
  await note('again');
  expect(await notes()).toEqual(['first', 'again']);
});

it('finishes what was handed in before it closes, and takes nothing afterwards', async () => {
  const written = note('a');
  await writer.close();
  await written;
  await expect(note('b')).rejects.toThrow('The database is closed.');
});

it('shows a reader nothing that is not committed', async () => {
  const look = new DatabaseSync(path, { readOnly: true });
  opened.push(look);
  const count = look.prepare('SELECT count(*) AS count FROM note');
  const before = await writer.write(async (runner) => {
    await runner.run(insert, { value: 'a' });
    return count.get()?.['count'];
  });
  expect([before, count.get()?.['count']]).toEqual([0, 1]);
});
