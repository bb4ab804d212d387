import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failureOf, open, refusal } from './testing/refused.ts';

let folder: string;
let path: string;
const ending: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'locked-'));
  path = join(folder, 'miyabi.db');
});

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
  rmSync(folder, { recursive: true });
});

/** Another process that holds the write lock until it is killed. */
async function holder(): Promise<{ kill(): Promise<void> }> {
  const program = `
    import { DatabaseSync } from 'node:sqlite';
    const database = new DatabaseSync(process.argv[1]);
    database.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE');
    console.log('held');
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  ending.push(kill);
  await once(child.stdout, 'data');
  return { kill };
}

function repositories(): unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare('SELECT root FROM miyabi_repository')
      .all()
      .map((row) => row['root']);
  } finally {
    database.close();
  }
}

/** How often the event loop turned: once or twice where something stands still in it for as long as a file is locked. */
async function turning<T>(body: () => Promise<T>): Promise<{ readonly result: T; readonly turns: number }> {
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 5);
  try {
    const result = await body();
    return { result, turns };
  } finally {
    clearInterval(ticking);
  }
}

const locked = () => ({
  what: expect.stringMatching(new RegExp(`^The database ${path} stayed locked for \\d+\\.\\d s\\.$`)),
  why: expect.stringContaining('Another program holds its write lock'),
  fix: expect.stringContaining('End the program that has the file open'),
});

it('a write fails in words when another process keeps the write lock, stores nothing, and the event loop turns meanwhile', async () => {
  const database = await open(path);
  const other = await holder();
  const { result, turns } = await turning(() =>
    failureOf(Promise.all([database.ledger.repository('/a'), database.ledger.repository('/b')])),
  );
  expect(result.text).toEqual(locked());
  expect(turns).toBeGreaterThan(5);
  await other.kill();
  expect(repositories()).toEqual([]);
  await database.ledger.repository('/c');
  expect(repositories()).toEqual(['/c']);
  await database.close();
});

it('a write goes through as soon as the process that held the lock is killed', async () => {
  const database = await open(path);
  const other = await holder();
  const written = database.ledger.repository('/a');
  await other.kill();
  await written;
  expect(repositories()).toEqual(['/a']);
  await database.close();
});

it('a database with the newest schema opens and reads while another process holds the write lock', async () => {
  await (await open(path)).close();
  const other = await holder();
  const database = await open(path);
  expect(await database.store.read(async () => 'read')).toBe('read');
  await database.close();
  await other.kill();
});

it('a database that must be brought up to date waits for the write lock, and says so in the end', async () => {
  const other = await holder();
  const { result, turns } = await turning(() => refusal(path));
  expect(result.text).toEqual(locked());
  expect(turns).toBeGreaterThan(5);
  await other.kill();
  await (await open(path)).close();
});
