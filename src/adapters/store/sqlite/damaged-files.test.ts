import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MigrationStream } from '../migrate.ts';
import { openConnections } from './open.ts';
import { failureOf, open, refusal } from './testing/refused.ts';

const pageBytes = 4_096;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  path = join(folder, 'miyabi.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

async function make(at: string, count: number): Promise<void> {
  const database = await open(at);
  for (let index = 0; index < count; index += 1) await database.ledger.repository(`/${'long'.repeat(20)}/${index}`);
  await database.close();
}

/** What a process leaves that is killed while its commits are in the log only. */
async function makeUnclean(at: string, count: number, from?: string): Promise<void> {
  const living = join(folder, 'living.db');
  if (from !== undefined) copyFileSync(from, living);
  const database = await open(living);
  for (let index = 0; index < count; index += 1) await database.ledger.repository(`/${'unclean'.repeat(10)}/${index}`);
  for (const end of ['', '-wal']) copyFileSync(`${living}${end}`, `${at}${end}`);
  await database.close();
}

function repositories(): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS count FROM miyabi_repository').get()?.['count']);
  } finally {
    database.close();
  }
}

/** Refuses the file and expects that not a byte of it or of its log was changed. */
async function untouched() {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file) && statSync(file).isFile());
  const before = files.map((file) => readFileSync(file));
  const failure = await refusal(path);
  expect(failure.reason).toBe('configuration');
  expect(files.map((file) => readFileSync(file).equals(before[files.indexOf(file)] ?? Buffer.alloc(0)))).toEqual(files.map(() => true));
  return failure.text;
}

const damaged = () => ({
  what: `The database ${path} is damaged.`,
  why: expect.stringMatching(/\S/),
  fix: expect.stringContaining('Move it aside together with the files beside it that end in -wal and -shm'),
});

describe('a damaged database is refused as it is', () => {
  const overwritten = (from: number, to: number) => () => {
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xab, from, to));
  };
  it.each<[string, () => void]>([
    ['its first bytes are overwritten', overwritten(0, 16)],
    ['its header is overwritten behind the first bytes', overwritten(16, 100)],
    ['a page in its middle is overwritten', overwritten(pageBytes * 8, pageBytes * 9)],
    ['it is cut off within the header', () => truncateSync(path, 50)],
    ['it is cut off after the first page', () => truncateSync(path, pageBytes)],
    ['it is cut off within a page', () => truncateSync(path, pageBytes * 8 + 100)],
    ['its last page is missing', () => truncateSync(path, statSync(path).size - pageBytes)],
    ['it is a text', () => writeFileSync(path, 'a text that is long enough to be looked at as a database'.repeat(3))],
  ])('when %s', async (_, damage) => {
    await make(path, 100);
    damage();
    expect(await untouched()).toEqual(damaged());
  });

  it('when a page is overwritten and the last commits are in its log', async () => {
    await make(path, 100);
    await makeUnclean(path, 1, path);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    overwritten(pageBytes * 8, pageBytes * 9)();
    expect(await untouched()).toEqual(damaged());
  });
});

describe('a log beside the file', () => {
  it('is applied after a crash', async () => {
    await makeUnclean(path, 20);
    await (await open(path)).close();
    expect(repositories()).toBe(20);
  });

  it('is cut off where its last commit was not written whole', async () => {
    await makeUnclean(path, 20);
    truncateSync(`${path}-wal`, statSync(`${path}-wal`).size - 100);
    await (await open(path)).close();
    expect(repositories()).toBe(19);
  });

  it('is refused when it is that of another database, and both stay as they are', async () => {
    await make(path, 3);
    const other = join(folder, 'other.db');
    await makeUnclean(other, 50);
    copyFileSync(`${other}-wal`, `${path}-wal`);
    expect(await untouched()).toEqual({
      what: `The log ${path}-wal does not belong to the database ${path}.`,
      why: expect.stringMatching(/^The database was made at \d{4}-.*Z, the one of the log at \d{4}-.*Z\.$/),
      fix: expect.stringContaining(`Move ${path}-wal and ${path}-shm aside`),
    });
    rmSync(`${path}-wal`);
    rmSync(`${path}-shm`, { force: true });
    await (await open(path)).close();
    expect(repositories()).toBe(3);
  });

  it.each([
    ['missing', () => rmSync(path)],
    ['empty', () => truncateSync(path, 0)],
  ])('is kept when its database is %s', async (state, lose) => {
    await makeUnclean(path, 20);
    lose();
    expect(await untouched()).toEqual({
      what: `The database ${path} is ${state}, but its log ${path}-wal is still there.`,
      why: expect.stringContaining('would be deleted'),
      fix: expect.stringContaining('Put the database back'),
    });
  });
});

describe('what is no database of ours', () => {
  it('is refused when it is a folder', async () => {
    mkdirSync(path);
    expect(await untouched()).toEqual({
      what: `The database ${path} cannot be opened.`,
      why: `${path} is a folder.`,
      fix: expect.stringContaining('another state folder'),
    });
  });

  it('is refused when it is a device', async () => {
    path = '/dev/null';
    expect((await refusal(path)).text).toMatchObject({
      what: 'The database /dev/null cannot be opened.',
      why: expect.stringContaining('is not a regular file'),
    });
  });

  it('is refused when it is the database of another program', async () => {
    const theirs = new DatabaseSync(path);
    theirs.exec('CREATE TABLE photo (id INTEGER PRIMARY KEY)');
    theirs.close();
    expect(await untouched()).toEqual({
      what: `The database ${path} belongs to another program.`,
      why: expect.stringContaining('photo'),
      fix: expect.stringContaining('Nothing in the file was changed'),
    });
  });

  it('is made when the file is empty', async () => {
    writeFileSync(path, '');
    await make(path, 1);
    expect(repositories()).toBe(1);
  });
});

describe('the schema', () => {
  it('is made anew when a process died while it was made', async () => {
    const dying = new DatabaseSync(join(folder, 'dying.db'));
    dying.exec(`PRAGMA cache_size = 1; CREATE TABLE kept (text TEXT); DROP TABLE kept; BEGIN; CREATE TABLE half (text TEXT)`);
    const insert = dying.prepare('INSERT INTO half VALUES (?)');
    for (let row = 0; row < 100; row += 1) insert.run('half'.repeat(1_000));
    for (const end of ['', '-journal']) copyFileSync(join(folder, `dying.db${end}`), `${path}${end}`);
    dying.close();
    expect(existsSync(`${path}-journal`)).toBe(true);
    await make(path, 1);
    expect(repositories()).toBe(1);
  });

  it.each(['weaver_migration', 'miyabi_migration'])('from a newer version is refused by %s, whatever the other says', async (table) => {
    await make(path, 1);
    const raw = new DatabaseSync(path);
    raw.exec(`INSERT INTO ${table} (number, name, applied_at) VALUES (99, 'from the future', 0)`);
    raw.close();
    expect(await untouched()).toEqual({
      what: `The database ${path} was written by a newer version.`,
      why: expect.stringContaining('number 99'),
      fix: expect.stringContaining('Use the newer version'),
    });
  });

  const first: MigrationStream = {
    table: 'first_migration',
    migrations: [{ number: 1, name: 'start', statements: ['CREATE TABLE note (text TEXT)', "INSERT INTO note VALUES ('kept')"] }],
  };
  const connect = async (streams: readonly MigrationStream[]) => {
    const { writer, reader } = await openConnections({ path, streams, synchronous: 'FULL', now: 1, busyLimitMs: 200 });
    reader.database.close();
    writer.database.close();
  };

  it('stays what it was, in both streams, when a migration fails half-way', async () => {
    await connect([first]);
    const better: MigrationStream = {
      ...first,
      migrations: [
        ...first.migrations,
        { number: 2, name: 'better', statements: ['ALTER TABLE note ADD COLUMN more TEXT', 'UPDATE note SET text = NULL'] },
      ],
    };
    const second: MigrationStream = {
      table: 'second_migration',
      migrations: [{ number: 1, name: 'start', statements: ['CREATE TABLE other (text TEXT)', 'CREATE TABLE note (text TEXT)'] }],
    };
    const before = dump();
    const { text } = await failureOf(connect([better, second]));
    expect(text).toEqual({
      what: `The database ${path} could not be brought to the schema of this version.`,
      why: expect.stringContaining('table note already exists'),
      fix: expect.stringContaining('move it aside'),
    });
    expect(dump()).toEqual(before);
    await connect([better]);
  });

  function dump(): unknown {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return ['SELECT name, sql FROM sqlite_master', 'SELECT * FROM note', 'SELECT * FROM first_migration'].map((sql) =>
        database.prepare(sql).all(),
      );
    } finally {
      database.close();
    }
  }
});
