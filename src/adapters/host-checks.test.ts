import { execFileSync } from 'node:child_process';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { stateFolder } from '../domain/state-folder.ts';
import { systemChecks } from './host-checks.ts';
import { sqliteLocks } from './lock/sqlite-locks.ts';

const noMount = process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'needs root on Linux to mount a small disk';

it.skipIf(noMount !== undefined)(
  `the records are left as they are where the disk has no room to write them anew${noMount === undefined ? '' : ` (${noMount})`}`,
  async () => {
    await using folder = await temporaryFolder();
    const disk = join(folder.path, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk]);
    try {
      const state = stateFolder(disk);
      {
        using database = new DatabaseSync(state.database);
        database.exec(`CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8)
          SELECT i, randomblob(1000000) AS bytes FROM n; PRAGMA journal_mode = WAL`);
      }
      const { size } = await stat(state.database);
      const checks = systemChecks({ state, locks: sqliteLocks(state.locks), dashboard: '' });
      expect(await checks.compact()).toBe(0);
      expect((await stat(state.database)).size).toBe(size);
      using database = new DatabaseSync(state.database, { readOnly: true });
      expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    } finally {
      execFileSync('umount', [disk]);
    }
  },
);

it('what is in the way of a file or a folder is told, and nothing is made', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  const checks = systemChecks({ state: stateFolder(folder.path), locks: sqliteLocks(join(folder.path, 'locks')), dashboard: '' });
  expect(await checks.hindrance(file, 'file')).toBeUndefined();
  expect(await checks.hindrance(join(folder.path, 'not/there/yet'), 'file')).toBeUndefined();
  expect(await checks.hindrance(folder.path, 'folder')).toBeUndefined();
  expect(await checks.hindrance(folder.path, 'file')).toBe(`${folder.path} is a folder`);
  expect(await checks.hindrance(file, 'folder')).toBe(`${file} is no folder`);
  expect(await checks.hindrance(join(file, 'below'), 'file')).toContain('ENOTDIR');
  expect((await readdir(folder.path)).toSorted()).toEqual(['file', 'locks']);
});
