import { join } from 'node:path';
import { createGit } from '../../src/adapters/git/git.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import type { Git, Mirror } from '../../src/ports/git.ts';
import type { Locks } from '../../src/ports/lock.ts';
import type { ProcessRunner } from '../../src/ports/process.ts';
import type { Workspaces } from '../../src/ports/workspace.ts';
import { memoryLocks } from './locks.ts';
import { makeRepository, userEnvironment } from './repository.ts';
import type { TestRepository } from './repository.ts';
import { temporaryFolder } from './temporary.ts';

export interface GitStand extends AsyncDisposable {
  /** A folder for whatever a test puts down. */
  readonly path: string;
  readonly repository: TestRepository;
  readonly process: ProcessRunner;
  readonly locks: Locks;
  readonly git: Git;
  readonly mirror: Mirror;
  readonly workspaces: Workspaces;
}

/** A user's repository, its mirror and everything of ours that works on them; all gone at the end of the scope. */
export async function gitStand(
  files?: Readonly<Record<string, string>>,
  name = 'a project',
  only?: WorkspaceMethod,
  make: typeof makeRepository = makeRepository,
): Promise<GitStand> {
  const folder = await temporaryFolder();
  const process = createProcessRunner();
  const locks = memoryLocks();
  const { PATH: path } = userEnvironment;
  const state = stateFolder(join(folder.path, 'state'));
  const git = createGit({ process, locks, path, userEnvironment });
  const repository = make(join(folder.path, name), files);
  const mirror = await git.mirror(join(folder.path, 'state', 'mirrors', 'one.git'), repository.root, repository.head);
  const workspaces = createWorkspaces({ git, process, locks, path, state }, only === undefined ? {} : { only });
  return {
    path: folder.path,
    repository,
    process,
    locks,
    git,
    mirror,
    workspaces,
    async [Symbol.asyncDispose]() {
      await workspaces.unmountBelow(folder.path);
      await process[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
