import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import { memoryFolders } from '../../test/support/ledger.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { stateFolder } from '../domain/state-folder.ts';
import type { Locks } from '../ports/lock.ts';
import { prepareWorld } from './prepare.ts';
import { recoverWorlds } from './recover.ts';

const repositoryId = 'one' as RepositoryId;
const jobId = '01890000-0000-7000-8000-0000000000a1' as JobId;

test('who cleans after a killed process does not take the world that another one begins in the same place meanwhile', async () => {
  await using stand = await gitStand();
  const state = { ...stateFolder(join(stand.path, 'state')), mirror: () => stand.mirror.path };
  const goOn = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  let asked = 0;
  const locks: Locks = {
    ...stand.locks,
    acquire: (name, signal) => {
      asked += 1;
      if (asked === 2) goOn.resolve();
      return stand.locks.acquire(name, signal);
    },
  };
  const owner = { isAlive: async (name: string) => await Promise.resolve(name === 'living') };
  const sandboxes = { sweep: async () => await Promise.resolve([]) };
  const tools = { ...stand, ledger: memoryFolders(), state, owner, sandboxes, locks };
  const folder = state.world(jobId, 'task', 'alpha');
  const world = { folder, mirrorPath: stand.mirror.path, commit: stand.repository.head, repositoryId, jobId, at: 1, minimumFreeBytes: 0 };
  await prepareWorld(tools, { ...world, owner: 'dead' });
  const slow = {
    ...stand.workspaces,
    reopen: async (request: Parameters<typeof stand.workspaces.reopen>[0]) => {
      begun.resolve();
      await goOn.promise;
      return await stand.workspaces.reopen(request);
    },
  };
  const one = recoverWorlds({ ...tools, workspaces: slow }, 1);
  await begun.promise;
  await recoverWorlds(tools, 1);
  await prepareWorld(tools, { ...world, owner: 'living' });
  goOn.resolve();
  expect(await one).toEqual([expect.stringContaining('whose process had died')]);
  expect(existsSync(join(folder.tree, 'README.md'))).toBe(true);
  expect(await tools.ledger.folders()).toHaveLength(1);
});
