import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { putFreshDatabase } from '../../../../test/support/fresh-database.ts';
import { gitStand } from '../../../../test/support/git-stand.ts';
import { stateFolder } from '../../../domain/state-folder.ts';
import type { StateFolder } from '../../../domain/state-folder.ts';
import type { Backups } from '../../../ports/backups.ts';
import { systemClock } from '../../clock.ts';
import { mirrorBundles } from '../../git/bundle.ts';
import { sqliteLocks } from '../../lock/sqlite-locks.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import { folderBackups } from '../folder-backups.ts';

/** Backups of the state folder at a path; disposing them ends what they have started. */
export function backupsOf(root: string): { readonly state: StateFolder; readonly backups: Backups } & AsyncDisposable {
  const state = stateFolder(root);
  const process = createProcessRunner();
  const locks = sqliteLocks(state.locks);
  const bundles = mirrorBundles({ process, locks, path: globalThis.process.env['PATH'] ?? '' });
  return {
    state,
    backups: folderBackups({ state, bundles, locks, clock: systemClock, version: '1.2.3' }),
    [Symbol.asyncDispose]: async () => await process[Symbol.asyncDispose](),
  };
}

/** A state folder with something of everything that a backup holds: two repositories in the records, a mirror, an artifact, a daily log, a release. */
export async function filledState() {
  const git = await gitStand();
  const made = backupsOf(join(git.path, 'filled'));
  const { state } = made;
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(state.root, path, '..'), { recursive: true });
    await writeFile(join(state.root, path), text);
  };
  await mkdir(state.root, { recursive: true });
  await putFreshDatabase(state.database);
  addRepository(state.database, 'one');
  await put('artifacts/ab/cdef/17', 'large');
  await put('artifacts/incoming/half', 'half');
  await put('daily/2026-11-01.md', '# A day\n');
  await put('releases/one/1/app/bin/start', 'start');
  await put('worlds/run_x/task/alpha/tree/file', 'a world');
  const mirror = await git.git.mirror(state.mirror('one' as never), git.repository.root, git.repository.head);
  await mirror.updateRef('refs/miyabi/runs/a/branch', git.repository.head);
  return {
    ...made,
    git,
    mirror,
    path: git.path,
    [Symbol.asyncDispose]: async () => {
      await made[Symbol.asyncDispose]();
      await git[Symbol.asyncDispose]();
    },
  };
}

export function addRepository(database: string, id: string): void {
  using opened = new DatabaseSync(database);
  opened.prepare('INSERT INTO miyabi_repository (id, root, created_at) VALUES (?, ?, 1)').run(id, `/${id}`);
}

export function repositoriesIn(database: string): readonly string[] {
  using opened = new DatabaseSync(database, { readOnly: true });
  return opened
    .prepare('SELECT id FROM miyabi_repository ORDER BY id')
    .all()
    .map(({ id }) => String(id));
}
