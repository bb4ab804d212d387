import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noAdvisories } from '../../src/adapters/advisories/no-advisories.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { createGit } from '../../src/adapters/git/git.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { lockedOwner } from '../../src/adapters/owner.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../src/adapters/sandbox/sandboxes.ts';
import { prepareStateFolder } from '../../src/adapters/state-folder.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import { createCommandAgent } from '../../src/agents/command/command-agent.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import type { Artifacts } from '../../src/ports/artifacts.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { WorkflowTools } from '../../src/workflow/tools.ts';
import { rememberedLists } from '../../src/worlds/include-files.ts';
import { rememberedPlans } from '../../src/worlds/remembered-plans.ts';
import { userEnvironment } from './repository.ts';

export interface MachineOfRun extends AsyncDisposable {
  readonly tools: WorkflowTools;
}

/** The tools of a run's tasks as one machine has them, with a state folder that no other machine sees. Records and artifacts are shared by all. */
export async function machineOfRun(
  root: string,
  shared: { readonly ledger: () => Ledger; readonly artifacts: Artifacts },
): Promise<MachineOfRun> {
  const state = stateFolder(root);
  await prepareStateFolder(state);
  await using opening = new AsyncDisposableStack();
  const locks = sqliteLocks(state.locks);
  const owner = opening.use(lockedOwner(locks, systemIds.next()));
  const processes = opening.use(createProcessRunner());
  const { PATH: path } = userEnvironment;
  const git = createGit({ process: processes, locks, path });
  const workspaces = createWorkspaces({ git, process: processes, locks, path, state });
  opening.defer(async () => void (await workspaces.unmountBelow(root)));
  const tools: WorkflowTools = {
    git,
    locks,
    owner,
    processes,
    state,
    workspaces,
    artifacts: shared.artifacts,
    // It is opened with the engine, whose registrations need these tools.
    get ledger() {
      return shared.ledger();
    },
    plans: rememberedPlans(),
    includes: rememberedLists(),
    sandboxes: createSandboxes({
      process: processes,
      path,
      state: root,
      clock: systemClock,
      owner,
      nodePath: process.execPath,
      home: join(root, 'home'),
    }),
    clock: systemClock,
    host: {
      environment: { PATH: path, HOME: join(root, 'home') },
      nodePath: process.execPath,
      nodeVersion: process.versions.node,
      programFolders: [fileURLToPath(new URL('../../src', import.meta.url)), fileURLToPath(new URL('../../node_modules', import.meta.url))],
      platform: process.platform,
    },
    agent: async (name) =>
      await (name === 'command' ? Promise.resolve(createCommandAgent()) : Promise.reject(new Error(`no ${name} takes part`))),
    models: async () => await Promise.reject(new Error('no model takes part')),
    attended: false,
    redact: (text) => ({ text, removed: 0 }),
    findSecrets: () => [],
    advisories: async () => await Promise.resolve(noAdvisories()),
  };
  const open = opening.move();
  return { tools, [Symbol.asyncDispose]: async () => await open.disposeAsync() };
}
