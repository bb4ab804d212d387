import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noAdvisories } from '../../src/adapters/advisories/no-advisories.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { createGit } from '../../src/adapters/git/git.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { createKnowledge } from '../../src/adapters/knowledge/knowledge.ts';
import { openFileIndex } from '../../src/adapters/knowledge/sqlite/open-file-index.ts';
import { sqliteLocks } from '../../src/adapters/lock/sqlite-locks.ts';
import { lockedOwner } from '../../src/adapters/owner.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { createSandboxes } from '../../src/adapters/sandbox/sandboxes.ts';
import { folderLogs } from '../../src/adapters/logs/folder-logs.ts';
import { prepareStateFolder } from '../../src/adapters/state-folder.ts';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import { createCommandAgent } from '../../src/agents/command/command-agent.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import type { Artifacts } from '../../src/ports/artifacts.ts';
import type { Forges } from '../../src/ports/forge.ts';
import type { Knowledge } from '../../src/ports/knowledge.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { silence } from '../../src/ports/telemetry.ts';
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
  shared: {
    readonly ledger: () => Ledger;
    readonly artifacts: Artifacts;
    /** Whether no other machine takes part. */
    readonly isAlone?: boolean;
    /** None when absent. */
    readonly forges?: Forges;
    /** Needed where an issue stands at a forge. */
    readonly pastTasks?: WorkflowTools['pastTasks'];
  },
): Promise<MachineOfRun> {
  const state = stateFolder(root);
  await prepareStateFolder(state);
  await using opening = new AsyncDisposableStack();
  const locks = sqliteLocks(state.locks);
  const owner = opening.use(lockedOwner(locks, systemIds.next()));
  const processes = opening.use(createProcessRunner());
  const { PATH: path } = userEnvironment;
  const git = createGit({ process: processes, locks, path, remotes: { runsStayHere: shared.isAlone === true } });
  const workspaces = createWorkspaces({ git, process: processes, locks, path, state });
  opening.defer(async () => void (await workspaces.unmountBelow(root)));
  let knowledge: Promise<Knowledge & AsyncDisposable> | undefined;
  const openKnowledge = async () =>
    createKnowledge({ records: shared.ledger().knowledge, index: await openFileIndex({ path: state.knowledge }) });
  opening.defer(async () => await (await knowledge)?.[Symbol.asyncDispose]());
  const tools: WorkflowTools = {
    git,
    locks,
    owner,
    processes,
    state,
    workspaces,
    artifacts: shared.artifacts,
    logs: folderLogs(state),
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
    telemetry: silence,
    host: {
      environment: { PATH: path, HOME: join(root, 'home') },
      nodePath: process.execPath,
      nodeVersion: process.versions.node,
      programFolders: [fileURLToPath(new URL('../../src', import.meta.url)), fileURLToPath(new URL('../../node_modules', import.meta.url))],
      platform: process.platform,
    },
    agent: async (name) =>
      await (name === 'command' ? Promise.resolve(createCommandAgent()) : Promise.reject(new Error(`no ${name} takes part`))),
    knowledge: async () => await (knowledge ??= openKnowledge()),
    models: async () => await Promise.reject(new Error('no model takes part')),
    attended: false,
    forges: shared.forges ?? {
      names: [],
      open: async () => await Promise.reject(new Error('no forge takes part')),
      readers: async () => await Promise.resolve([]),
    },
    pastTasks: shared.pastTasks ?? (async () => await Promise.resolve([])),
    openRuns: async () => await Promise.resolve([]),
    deploying: async () => await Promise.reject(new Error('nothing is deployed')),
    redact: (text) => ({ text, removed: 0 }),
    findSecrets: () => [],
    advisories: async () => await Promise.resolve(noAdvisories()),
  };
  const open = opening.move();
  return { tools, [Symbol.asyncDispose]: async () => await open.disposeAsync() };
}
