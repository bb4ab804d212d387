import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { sqliteLocks } from './lock/sqlite-locks.ts';
import { lockedOwner } from './owner.ts';

it('is alive from when it holds its name until it gives it back, and leaves nothing', async () => {
  await using folder = await temporaryFolder();
  const [one, other] = [lockedOwner(sqliteLocks(folder.path), 'one'), lockedOwner(sqliteLocks(folder.path), 'two')];
  expect(await other.isAlive(one.name)).toBe(false);
  await one.hold();
  await one.hold();
  expect(await other.isAlive(one.name)).toBe(true);
  expect(await one.isAlive(one.name)).toBe(true);
  await one[Symbol.asyncDispose]();
  expect(await other.isAlive(one.name)).toBe(false);
  expect(await one.isAlive(one.name)).toBe(false);
  expect(readdirSync(folder.path)).toEqual([]);
});

it('is as dead to two who ask at the same time as to one', async () => {
  await using folder = await temporaryFolder();
  const owner = lockedOwner(sqliteLocks(folder.path), 'watcher');
  expect(await Promise.all([owner.isAlive('p-gone'), owner.isAlive('p-gone'), owner.isAlive('p-gone')])).toEqual([false, false, false]);
  await using living = lockedOwner(sqliteLocks(folder.path), 'living');
  await living.hold();
  expect(await Promise.all([owner.isAlive(living.name), owner.isAlive(living.name)])).toEqual([true, true]);
  expect(readdirSync(folder.path).filter((name) => !name.startsWith('owner-p-living'))).toEqual([]);
});

it('is dead once its process was killed', async () => {
  await using folder = await temporaryFolder();
  const module = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const program = `
    import { sqliteLocks } from ${module('./lock/sqlite-locks.ts')};
    import { lockedOwner } from ${module('./owner.ts')};
    await lockedOwner(sqliteLocks(${JSON.stringify(join(folder.path, 'locks'))}), 'victim').hold();
    // Nobody keeps what it could be given back with.
    globalThis.gc();
    process.stdout.write('held');
    setInterval(() => undefined, 60_000);
  `;
  const victim = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(victim, 'exit');
  await once(victim.stdout, 'data');
  const owner = lockedOwner(sqliteLocks(join(folder.path, 'locks')), 'watcher');
  try {
    expect(await owner.isAlive('p-victim')).toBe(true);
  } finally {
    victim.kill('SIGKILL');
    await ended;
  }
  expect(await owner.isAlive('p-victim')).toBe(false);
});
