import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import { userGit } from '../../test/support/repository.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { stateFolder } from '../domain/state-folder.ts';
import { notePlaced } from './placed.ts';
import { rescueWorld } from './rescue.ts';

const repositoryId = 'one' as RepositoryId;
const jobId = '01890000-0000-7000-8000-0000000000a1' as JobId;

/** A world of the second commit, made from the checkout of the first one, as those are that begin on a run's branch. */
async function lostWorld(name = 'alpha') {
  const stand = await gitStand();
  const base = stand.repository.head;
  const commit = stand.repository.commit({ 'src/integrated.js': 'export const b = 2;\n' });
  await stand.git.mirror(stand.mirror.path, stand.repository.root, commit);
  const state = stateFolder(join(stand.path, 'state'));
  const folder = state.world(jobId, 'task', name);
  const place = { mirrorPath: stand.mirror.path, directory: folder.tree, private: folder.private };
  await stand.workspaces.create({ ...place, commit, near: base });
  const row = { directory: folder.root, repositoryId, jobId, createdAt: 1, base };
  return {
    commit,
    folder,
    place,
    workspaces: stand.workspaces,
    rescue: () => rescueWorld({ git: stand.git, workspaces: stand.workspaces, state }, row, 1),
    changed: (rescued: string) => userGit(stand.mirror.path, 'diff-tree', '-r', '--no-commit-id', '--name-status', rescued),
    parent: (rescued: string) => userGit(stand.mirror.path, 'rev-parse', `${rescued}^`),
    refs: () => userGit(stand.mirror.path, 'for-each-ref', '--format=%(refname)', 'refs/miyabi/rescued'),
    [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose](),
  };
}

test('what is kept of a world is what its agent did, not what had been integrated before it began', async () => {
  await using world = await lostWorld();
  writeFileSync(join(world.folder.tree, 'mine.txt'), 'mine');
  const rescued = await world.rescue();
  expect(world.changed(rescued?.ref ?? '')).toBe('A\tmine.txt');
  expect(world.parent(rescued?.ref ?? '')).toBe(world.commit);
});

test('what was put into the checkout is none of it, ignored or not', async () => {
  await using world = await lostWorld();
  await notePlaced(world.folder, ['/.env.test', '/.venv']);
  mkdirSync(join(world.folder.tree, '.venv'));
  for (const name of ['.env.test', '.venv/pip', 'mine.txt']) writeFileSync(join(world.folder.tree, name), name);
  expect(world.changed((await world.rescue())?.ref ?? '')).toBe('A\tmine.txt');
});

test('of a world in which nothing was done nothing is kept', async () => {
  await using world = await lostWorld();
  expect(await world.rescue()).toBeUndefined();
  expect(world.refs()).toBe('');
});

test('what was kept stays as it is when the world is found again without its checkout', async () => {
  await using world = await lostWorld();
  writeFileSync(join(world.folder.tree, 'mine.txt'), 'mine');
  const rescued = await world.rescue();
  await world.workspaces.remove(world.place);
  expect(await world.rescue()).toBeUndefined();
  expect(world.refs()).toBe(rescued?.ref);
});

test('a folder in which no agent works holds nothing of anybody', async () => {
  await using world = await lostWorld('check');
  writeFileSync(join(world.folder.tree, 'mine.txt'), 'mine');
  expect(await world.rescue()).toBeUndefined();
});
