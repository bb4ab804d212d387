import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, open, refusal } from './testing/refused.ts';

const isRoot = process.getuid?.() === 0;
const noMount = process.platform === 'linux' && isRoot ? undefined : 'needs root on Linux to mount a small disk';

let folder: string;
let disk: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-'));
  disk = join(folder, 'disk');
  mkdirSync(disk);
  path = join(disk, 'miyabi.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

function repositories(): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    return Number(database.prepare('SELECT count(*) AS count FROM miyabi_repository').get()?.['count']);
  } finally {
    database.close();
  }
}

describe.skipIf(noMount !== undefined)(`a full disk${noMount === undefined ? '' : ` (${noMount})`}`, () => {
  beforeEach(() => execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]));
  afterEach(() => execFileSync('umount', [disk]));

  const ballast = () => join(disk, 'ballast');

  function fill(leaveBytes: number): void {
    const file = openSync(ballast(), 'a');
    try {
      for (;;) writeSync(file, Buffer.alloc(4_096));
    } catch {
      // No space left: that is what is wanted.
      ftruncateSync(file, Math.max(0, fstatSync(file).size - leaveBytes));
    } finally {
      closeSync(file);
    }
  }

  const full = () => ({
    what: `The database ${path} could not be written.`,
    why: expect.stringContaining('The disk is full'),
    fix: expect.stringContaining('Free some space'),
  });

  it.each([0, 4_096, 40_960])('refuses a new database with %i bytes left, and makes it when there is room', async (left) => {
    fill(left);
    expect((await refusal(path)).text).toEqual(full());
    rmSync(ballast());
    const database = await open(path);
    await database.ledger.repository('/a');
    await database.close();
    expect(repositories()).toBe(1);
  });

  it('refuses an existing one that has no room for its log, and keeps what is in it', async () => {
    const database = await open(path);
    await database.ledger.repository('/a');
    await database.close();
    fill(0);
    expect((await refusal(path)).text).toEqual(full());
    rmSync(ballast());
    await (await open(path)).close();
    expect(repositories()).toBe(1);
  });

  it('stores nothing of what it refuses while it is open, goes on when there is room, and closes', async () => {
    const database = await open(path);
    await database.ledger.repository('/first');
    fill(0);
    const long = (index: number) => database.ledger.repository(`/${'long'.repeat(10_000)}/${index}`);
    const { text } = await failureOf(Promise.all([long(1), long(2)]));
    expect(text).toEqual(full());
    rmSync(ballast());
    await database.ledger.repository('/again');
    fill(0);
    await database.close();
    rmSync(ballast());
    expect(repositories()).toBe(2);
  });
});

describe('a place that may not be written', () => {
  async function madeAndUnclean(): Promise<void> {
    const living = join(folder, 'living.db');
    const database = await open(living);
    await database.ledger.repository('/a');
    for (const end of ['', '-wal']) copyFileSync(`${living}${end}`, join(disk, `unclean.db${end}`));
    await database.close();
    copyFileSync(living, path);
  }

  it.skipIf(noMount !== undefined)(`is told as a read-only file system (${noMount ?? 'tmpfs, mounted again as read-only'})`, async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    try {
      await madeAndUnclean();
      const before = readdirSync(disk);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      for (const name of ['miyabi.db', 'unclean.db', 'new.db']) {
        expect((await refusal(join(disk, name))).text).toEqual({
          what: `The database ${join(disk, name)} cannot be opened.`,
          why: expect.stringContaining(`${disk} is on a file system that is mounted read-only`),
          fix: expect.stringContaining('choose another state folder'),
        });
      }
      const inside = join(disk, 'deeper', 'miyabi.db');
      expect((await refusal(inside)).text).toMatchObject({
        what: `The folder ${join(disk, 'deeper')} cannot be made.`,
        why: expect.stringContaining(`${disk} is on a file system that is mounted read-only`),
      });
      expect(readdirSync(disk)).toEqual(before);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  /** As this user, or as nobody where this user is root, to whom permissions say nothing. */
  function refusalOfAnotherUser(at: string): { readonly text: unknown } {
    const program = [process.execPath, join(import.meta.dirname, 'testing', 'open-program.ts'), at];
    const [command = '', ...rest] = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...program] : program;
    return JSON.parse(execFileSync(command, rest, { encoding: 'utf8' })) as { readonly text: unknown };
  }

  it.skipIf(isRoot && process.platform !== 'linux')('is told when the user may not write the folder, the file, or enter it', async () => {
    await madeAndUnclean();
    for (const each of [folder, disk]) chmodSync(each, 0o755);
    chmodSync(path, 0o444);
    chmodSync(disk, 0o555);
    const inFolder = refusalOfAnotherUser(path);
    chmodSync(disk, 0o777);
    const inFile = refusalOfAnotherUser(path);
    chmodSync(disk, 0o000);
    const behind = refusalOfAnotherUser(path);
    chmodSync(disk, 0o755);
    expect(inFolder.text).toMatchObject({
      what: `The database ${path} cannot be opened.`,
      why: `This user may not write ${disk}.`,
    });
    expect(inFile.text).toMatchObject({
      what: `The database ${path} cannot be opened.`,
      why: `This user may not write ${path}.`,
    });
    expect(behind.text).toMatchObject({ what: `The database ${path} cannot be opened.`, why: expect.stringContaining(disk) });
    expect(repositories()).toBe(1);
  });
});
