import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../domain/failure.ts';
import { systemClock } from '../clock.ts';
import { systemIds } from '../ids.ts';
import { openDatabase } from './open-database.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-'));
  path = join(folder, 'deeper', 'miyabi.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

const open = (at = path) => openDatabase(at, { clock: systemClock, ids: systemIds, busyLimitMs: 200 });

async function refusal(at = path): Promise<Failure> {
  const error = await open(at).then(
    (database) => database.close(),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw new Error('It was not refused.', { cause: error });
  expect(error.reason).toBe('configuration');
  return error;
}

describe('opening a database', () => {
  it('makes the folder and the file, and finds them again', async () => {
    const first = await open();
    const made = await first.ledger.repository('/somewhere');
    await first.close();
    const again = await open();
    expect(await again.ledger.repository('/somewhere')).toEqual(made);
    await again.close();
  });

  it('makes them for their owner alone', async () => {
    const database = await open();
    await database.ledger.repository('/somewhere');
    const modes = [join(folder, 'deeper'), path, `${path}-wal`, `${path}-shm`].map((each) => statSync(each).mode & 0o777);
    await database.close();
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  it('lets two open a new file at the same time', async () => {
    const both = await Promise.all([open(), open()]);
    await Promise.all(both.map((database) => database.close()));
  });

  it('writes durably and checks what refers to what', async () => {
    const database = await open();
    await expect(
      database.store.write((records) =>
        records.save({ dependencies: [{ taskId: 'a' as never, onTaskId: 'b' as never, until: 'settled', ordinal: 0 }] }),
      ),
    ).rejects.toThrow('FOREIGN KEY');
    await database.close();
  });

  it.each(['weaver_migration', 'miyabi_migration'])('refuses a database whose %s is from a newer version', async (table) => {
    await (await open()).close();
    const raw = new DatabaseSync(path);
    raw.exec(`INSERT INTO ${table} (number, name, applied_at) VALUES (99, 'from the future', 0)`);
    raw.close();
    const before = readFileSync(path);
    expect((await refusal()).text).toMatchObject({ what: expect.stringContaining('newer version'), why: expect.stringContaining('99') });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('refuses a file that is no database', async () => {
    path = join(folder, 'text.db');
    writeFileSync(path, 'this is not a database, but long enough to be looked at as one');
    expect((await refusal()).text.what).toContain('is damaged');
    expect(readFileSync(path, 'utf8')).toContain('this is not a database');
  });

  it('refuses a database whose pages were overwritten', async () => {
    const database = await open();
    for (let index = 0; index < 200; index += 1) await database.ledger.repository(`/repository/${index}`);
    await database.close();
    const bytes = readFileSync(path);
    bytes.fill(0xab, 4_096 * 3, 4_096 * 8);
    writeFileSync(path, bytes);
    const { text } = await refusal();
    expect(text.what).toContain('is damaged');
    expect(text.fix).toContain('Move it aside');
  });

  it('refuses a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect((await refusal(join(folder, 'file', 'deeper', 'miyabi.db'))).text).toEqual({
      what: `The folder ${join(folder, 'file', 'deeper')} cannot be made.`,
      why: `${join(folder, 'file')} is not a folder.`,
      fix: expect.stringContaining('Choose another state folder'),
    });
  });

  it('says so when another program does not let go of the file', async () => {
    await (await open()).close();
    const other = new DatabaseSync(path);
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    expect((await refusal()).text.what).toContain('stayed locked');
    other.close();
    await (await open()).close();
  });

  it('sees by its version that somebody else has committed, and not its own commits', async () => {
    const one = await open();
    const other = await open();
    const before = one.version();
    await one.ledger.repository('/own');
    expect(one.version()).toBe(before);
    await other.ledger.repository('/theirs');
    expect(one.version()).not.toBe(before);
    await one.close();
    await other.close();
  });
});
