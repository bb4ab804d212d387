import { existsSync, readdirSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { sqliteUnderCheck } from '../../src/adapters/store/check/sqlite-check.ts';
import { addRepository, backupsOf, filledState, repositoriesIn } from '../../src/adapters/backup/testing/backup-stand.ts';
import { prepareStateFolder } from '../../src/adapters/state-folder.ts';

/** When a program is killed, as shares of what one of its steps takes here: in the midst of the first, and of those that follow. */
const moments = [0.05, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.3, 1.6, 1.9, 2.2];

/** Runs a program of the backups until it is killed, so long after it has begun. */
async function killed(name: string, args: readonly string[], afterMs: number): Promise<void> {
  const program = fileURLToPath(new URL(`../../src/adapters/backup/testing/${name}.ts`, import.meta.url));
  const child = execa(process.execPath, [program, ...args], { reject: false, stdin: 'ignore', killSignal: 'SIGKILL' });
  for await (const line of child) {
    expect(line).toBe('begins');
    await delay(afterMs);
    child.kill('SIGKILL');
  }
  expect((await child).signal).toBe('SIGKILL');
}

it('a restore that is killed at any point leaves the one state or the other, whole', { timeout: 120_000, tags: ['campaign'] }, async () => {
  await using filled = await filledState();
  const { backups, state, path } = filled;
  await backups.make(join(path, 'one'));
  addRepository(state.database, 'two');
  await backups.make(join(path, 'two'));
  const seen = new Set<string>();
  const since = performance.now();
  await backups.restore({ from: join(path, 'two'), force: true });
  const onceMs = performance.now() - since;
  for (const [index, moment] of moments.entries()) {
    const root = join(path, `root-${index}`);
    await cp(state.root, root, { recursive: true });
    await killed('restore-program', [root, join(path, 'one'), join(path, 'two')], moment * onceMs);
    await using after = backupsOf(root);
    await prepareStateFolder(after.state);
    const ids = repositoriesIn(after.state.database);
    seen.add(ids.join());
    expect([['one'], ['one', 'two']]).toContainEqual(ids);
    expect(await sqliteUnderCheck(after.state.database).faults()).toEqual([]);
    for (const folder of ['artifacts', 'daily', 'releases', 'mirrors/one.git']) expect(existsSync(join(root, folder)), folder).toBe(true);
    await after.backups.restore({ from: join(path, 'one'), force: true });
    await rm(root, { recursive: true });
  }
  expect(seen.size).toBe(2);
});

it(
  'a backup that is killed at any point is there as a whole or not at all, and the next one is made',
  { timeout: 120_000, tags: ['campaign'] },
  async () => {
    await using filled = await filledState();
    const { backups, state, path } = filled;
    const folder = join(path, 'backups');
    const { durationMs } = await backups.make(join(path, 'first'));
    for (const moment of moments) await killed('backup-program', [state.root, folder], moment * durationMs);
    const whole = readdirSync(folder).filter((name) => !name.endsWith('.making'));
    expect(whole.length).toBeGreaterThan(0);
    for (const name of whole) {
      await using other = backupsOf(join(path, `restored-${name}`));
      await other.backups.restore({ from: join(folder, name), force: false });
      expect(repositoriesIn(other.state.database)).toEqual(['one']);
    }
    await backups.make(join(folder, 'last'));
  },
);
