import { homedir } from 'node:os';
import { systemClock } from '../../src/adapters/clock.ts';
import { createGit } from '../../src/adapters/git/git.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { lockedOwner } from '../../src/adapters/owner.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../src/adapters/sandbox/sandboxes.ts';
import { prepareStateFolder } from '../../src/adapters/state-folder.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import { userEnvironment } from './repository.ts';

/**
 * Everything worlds are made of, put together as the product does it: a real database, locks between processes, walls.
 *
 * @param root of the state folder.
 * @param only the one way of making workspaces, in place of the machine's best.
 */
export async function worldTools(root: string, only?: WorkspaceMethod) {
  const state = stateFolder(root);
  await prepareStateFolder(state);
  await using opening = new AsyncDisposableStack();
  const locks = sqliteLocks(state.locks);
  const database = await openDatabase(state.database, { clock: systemClock, ids: systemIds });
  opening.defer(async () => await database.close());
  const owner = opening.use(lockedOwner(locks, systemIds.next()));
  const process_ = opening.use(createProcessRunner());
  const { PATH: path } = userEnvironment;
  const git = createGit({ process: process_, locks, path, userEnvironment });
  const open = opening.move();
  return {
    state,
    locks,
    owner,
    process: process_,
    git,
    ledger: database.ledger,
    workspaces: createWorkspaces({ git, process: process_, locks, path, state }, only === undefined ? {} : { only }),
    sandboxes: createSandboxes({
      process: process_,
      path,
      state: root,
      clock: systemClock,
      owner,
      nodePath: process.execPath,
      home: homedir(),
    }),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

export type OpenWorldTools = Awaited<ReturnType<typeof worldTools>>;
