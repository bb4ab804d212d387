import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGit } from '../../src/adapters/git/git.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import type { CommitId } from '../../src/domain/ids.ts';
import type { WorkspaceMethod } from '../../src/domain/machine.ts';
import { userEnvironment } from '../support/repository.ts';

/** Makes worlds, says so, and waits to be killed. */
interface Request {
  readonly state: string;
  readonly mirrorPath: string;
  readonly commit: CommitId;
  readonly only: WorkspaceMethod;
  readonly args: readonly [what: 'one' | 'many', name: string, layer?: string];
}

const { state: root, mirrorPath, commit, only, args } = JSON.parse(process.argv[2] ?? '') as Request;
const [what, name, layer] = args;
const state = stateFolder(root);
const runner = createProcessRunner();
const locks = sqliteLocks(join(root, 'locks'));
const path = userEnvironment.PATH;
const git = createGit({ process: runner, locks, path, userEnvironment });
const workspaces = createWorkspaces({ git, process: runner, locks, path, state }, { only });

async function make(world: string) {
  const folder = join(root, 'worlds/run/task', world);
  mkdirSync(join(folder, 'private'), { recursive: true });
  return await workspaces.create({
    mirrorPath,
    commit,
    directory: join(folder, 'tree'),
    private: join(folder, 'private'),
    ...(layer === undefined ? {} : { layers: [layer] }),
  });
}

if (what === 'one') {
  const { directory } = await make(name);
  writeFileSync(join(directory, 'done.txt'), 'done');
  rmSync(join(directory, 'README.md'));
  console.log('ready');
} else {
  for (let at = 0; at < 12; at += 1) {
    await make(`${name}-${at}`);
    console.log(at);
  }
}
setInterval(() => undefined, 60_000);
