import { noAdvisories } from '../../src/adapters/advisories/no-advisories.ts';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gitStand } from './git-stand.ts';
import type { GitStand } from './git-stand.ts';
import { userEnvironment } from './repository.ts';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { folderLogs } from '../../src/adapters/logs/folder-logs.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { lockedOwner } from '../../src/adapters/owner.ts';
import { createSandboxes } from '../../src/adapters/sandbox/sandboxes.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import { createKnowledge } from '../../src/adapters/knowledge/knowledge.ts';
import { openFileIndex } from '../../src/adapters/knowledge/sqlite/open-file-index.ts';
import { configSchema } from '../../src/domain/config.ts';
import type { AttemptId, JobId, TaskId } from '../../src/domain/ids.ts';
import type { RunAttributes } from '../../src/domain/run.ts';
import { stateFolder } from '../../src/domain/state-folder.ts';
import type { TaskContext } from '../../src/weaver/handler.ts';
import { planChecks } from '../../src/workflow/plan-checks.ts';
import type { PlannedChecks } from '../../src/workflow/task-types.ts';
import { rememberedLists } from '../../src/worlds/include-files.ts';
import { rememberedPlans } from '../../src/worlds/remembered-plans.ts';
import { silence } from '../../src/ports/telemetry.ts';
import type { WorkflowTools } from '../../src/workflow/tools.ts';

/** Real tools on a real repository, with a clock that a test turns and no agents. */
export interface WorkflowStand extends AsyncDisposable {
  readonly git: GitStand;
  readonly tools: WorkflowTools;
  readonly checks: PlannedChecks;
  /** Lets wall time pass, in ms. */
  pass(ms: number): void;
  /** Of the one task of a run, told by a digit. */
  context<Payload>(run: number, payload: Payload): TaskContext<Payload>;
}

export async function workflowStand(files: Readonly<Record<string, string>>): Promise<WorkflowStand> {
  const git = await gitStand(files);
  let now = Date.UTC(2026, 0, 2);
  const clock = { now: () => now, monotonic: () => performance.now() };
  const state = stateFolder(join(git.path, 'miyabi'));
  const database = await openDatabase(join(git.path, 'miyabi.db'), { clock, ids: systemIds });
  const { id } = await database.ledger.repository(git.repository.root);
  const mirror = await git.git.mirror(state.mirror(id), git.repository.root, git.repository.head);
  const config = configSchema.parse({});
  const owner = lockedOwner(git.locks, systemIds.next());
  let knowledge: Promise<ReturnType<typeof createKnowledge>> | undefined;
  const openKnowledge = async () =>
    createKnowledge({ records: database.ledger.knowledge, index: await openFileIndex({ path: join(git.path, 'knowledge.db') }) });
  const artifacts = folderArtifacts({ folder: state.artifacts, clock });
  const tools: WorkflowTools = {
    artifacts,
    logs: folderLogs(state),
    git: git.git,
    ledger: database.ledger,
    locks: git.locks,
    workspaces: git.workspaces,
    processes: git.process,
    plans: rememberedPlans(),
    includes: rememberedLists(),
    owner,
    sandboxes: createSandboxes({
      process: git.process,
      path: userEnvironment['PATH'],
      state: state.root,
      clock,
      owner,
      nodePath: process.execPath,
      home: git.path,
    }),
    clock,
    telemetry: silence,
    state,
    host: {
      environment: { PATH: userEnvironment['PATH'], HOME: git.path },
      nodePath: process.execPath,
      // What makes runners report is loaded by programs within walls.
      programFolders: [fileURLToPath(new URL('../../src', import.meta.url))],
      nodeVersion: process.versions.node,
      platform: 'test',
    },
    agent: () => Promise.reject(new Error('no agent takes part')),
    knowledge: async () => await (knowledge ??= openKnowledge()),
    models: () => Promise.reject(new Error('no model takes part')),
    attended: false,
    redact: (text) => ({ text, removed: 0 }),
    findSecrets: () => [],
    advisories: async () => noAdvisories(),
    forges: { names: [], open: () => Promise.reject(new Error('no forge takes part')), readers: () => Promise.resolve([]) },
    openRuns: async () => [],
    pastTasks: async () => [],
    deploying: () => Promise.reject(new Error('nothing is deployed')),
  };
  const attributes: RunAttributes = {
    schemaVersion: 2,
    issue: { title: 'one', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 },
    repositoryId: id,
    repository: { kind: 'local', root: git.repository.root },
    base: { commit: git.repository.head, name: 'main' },
    author: { name: 'Ada', email: 'ada@example.org' },
    branchTemplate: 'miyabi/<run>',
    into: null,
    approveAll: false,
    config,
  };
  return {
    git: { ...git, mirror },
    tools,
    checks: await planChecks(tools, mirror, git.repository.head, config),
    pass: (ms) => (now += ms),
    context: (run, payload) => ({
      jobId: String(run).repeat(32) as JobId,
      taskId: String(run).repeat(31) as TaskId,
      attemptId: 'attempt' as AttemptId,
      key: 'task',
      epoch: 1,
      attempt: 1,
      payload,
      attributes,
      signal: new AbortController().signal,
      idempotencyKey: 'once',
      dependencies: [],
      children: [],
      answer: undefined,
      progress: () => {},
      effect: (effect) => effect.act('once'),
      artifacts,
    }),
    [Symbol.asyncDispose]: async () => {
      await owner[Symbol.asyncDispose]();
      await (await knowledge)?.[Symbol.asyncDispose]();
      await database.close();
      await git[Symbol.asyncDispose]();
    },
  };
}
