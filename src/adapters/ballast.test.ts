import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, statfsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { TemporaryFolder } from '../../test/support/temporary.ts';
import { fileBallast } from './ballast.ts';
import { systemClock } from './clock.ts';
import { systemIds } from './ids.ts';
import { openDatabase } from './store/open-database.ts';

const noMount = process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'needs root on Linux to mount a small disk';
const megabyte = 1024 * 1024;

it('gives back what was held where nothing is to be any more, and what a killed process had begun', async () => {
  await using folder = await temporaryFolder();
  const [held, left, making] = ['ballast.held', 'ballast.held.4711.making', 'ballast.held.4712.making'].map((name) =>
    join(folder.path, name),
  );
  for (const path of [held!, left!, making!]) writeFileSync(path, 'held');
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(left!, longAgo, longAgo);
  expect(await fileBallast(folder.path, 0).hold()).toBe(false);
  expect(readdirSync(folder.path)).toEqual(['ballast.held.4712.making']);
});

describe.skipIf(noMount !== undefined)(`the ballast of a small disk${noMount === undefined ? '' : ` (${noMount})`}`, () => {
  let folder: TemporaryFolder;
  let disk: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    disk = join(folder.path, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
  });
  afterEach(async () => await folder[Symbol.asyncDispose]());

  const free = (): number => {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  };
  const fill = (): void => writeFileSync(join(disk, 'filled'), Buffer.alloc(free()));

  it('takes room where there is several times as much, and gives it back at once', async () => {
    const ballast = fileBallast(disk, 2 * megabyte);
    const before = free();
    expect(await ballast.hold()).toBe(true);
    expect(before - free()).toBeGreaterThanOrEqual(2 * megabyte);
    expect(statSync(join(disk, 'ballast.held')).mode & 0o777).toBe(0o600);
    expect(await ballast.state()).toEqual({ wantedBytes: 2 * megabyte, heldBytes: 2 * megabyte });
    expect(ballast.giveBack()).toBe(true);
    expect(ballast.giveBack()).toBe(false);
    expect(free()).toBe(before);
    expect(await fileBallast(disk, 5 * megabyte).hold()).toBe(false);
    expect(await fileBallast(disk, 0).hold()).toBe(false);
    expect(readdirSync(disk)).toEqual([]);
  });

  it('lets everything be recorded that was refused for want of room, in its order and once', async () => {
    const ballast = fileBallast(disk, 2 * megabyte);
    let given = 0;
    const makeRoom = (): boolean => {
      given += 1;
      return ballast.giveBack();
    };
    const database = await openDatabase(join(disk, 'miyabi.db'), { clock: systemClock, ids: systemIds, makeRoom });
    expect(await ballast.hold()).toBe(true);
    fill();
    const roots = Array.from({ length: 40 }, (_, index) => `/${'long'.repeat(2_000)}/${index}`);
    const made = await Promise.all(roots.map(async (root) => await database.ledger.repository(root)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(40);
    expect(given).toBe(1);
    // Without it, it is as before: what does not fit is refused, and said.
    writeFileSync(join(disk, 'filled-too'), Buffer.alloc(free()));
    const refused = Promise.all(roots.map(async (root) => await database.ledger.repository(`${root}${root}`)));
    await expect(refused).rejects.toThrow(/The disk is full/);
    execFileSync('rm', [join(disk, 'filled')]);
    expect((await database.ledger.repository('/again')).root).toBe('/again');
    expect((await database.ledger.repository(roots[7] ?? '')).id).toBe(made[7]?.id);
    await database.close();
  });
});
