import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';
import { userEnvironment } from '../../../test/support/repository.ts';
import type { GitLock } from '../../domain/signals.ts';
import { createGit } from './git.ts';

it('tells what it waited for: our own lock around a mirror, and those that another git has left', async () => {
  await using stand = await gitStand();
  const waits: GitLock[] = [];
  const { process, locks, mirror, repository } = stand;
  const git = createGit({ process, locks, path: userEnvironment.PATH, onWait: (lock) => void waits.push(lock) });
  const watched = await git.open(mirror.path);
  const held = await locks.acquire('mirror-one');
  const updated = watched.updateRef('refs/miyabi/a', repository.head, { from: undefined });
  // Longer than what counts as free.
  setTimeout(() => void held.release(), 50);
  expect(await updated).toBe(true);
  expect(waits).toEqual(['mirror']);

  mkdirSync(join(mirror.path, 'refs/miyabi'), { recursive: true });
  const lock = join(mirror.path, 'refs/miyabi/b.lock');
  writeFileSync(lock, '');
  utimesSync(lock, new Date(0), new Date(0));
  expect(await watched.updateRef('refs/miyabi/b', repository.head, { from: undefined })).toBe(true);
  expect(waits).toEqual(['mirror', 'ref']);
});
