import { join } from 'node:path';
import { folderArtifacts } from '../../src/adapters/artifacts/folder-artifacts.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import type { Config } from '../../src/domain/config.ts';
import { configSchema } from '../../src/domain/config.ts';
import type { Escalation } from '../../src/domain/escalation.ts';
import type { CommitId, JobId } from '../../src/domain/ids.ts';
import type { MatchSecrets } from '../../src/domain/secret-matcher.ts';
import type { Task } from '../../src/domain/task.ts';
import type { RunAttributes } from '../../src/domain/run.ts';
import { pastTasks } from '../../src/operations/past-tasks.ts';
import type { Forge, Sweep } from '../../src/ports/forge.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import type { ApprovalAnswer } from '../../src/workflow/approve.ts';
import type { Deploying } from '../../src/workflow/deploy/deploying.ts';
import { openMirror } from '../../src/workflow/open-mirror.ts';
import { registrations } from '../../src/workflow/registrations.ts';
import { analyseType, planType } from '../../src/workflow/task-types.ts';
import type { WorkflowTools } from '../../src/workflow/tools.ts';
import { runHeadRef } from '../../src/workflow/tools.ts';
import { openTestEngine } from './engine.ts';
import type { LocalForgeStand } from './local-forge-stand.ts';
import { localForgeName, localForgeStand } from './local-forge-stand.ts';
import { machineOfRun } from './machine-of-run.ts';
import { makeRepository, userGit, writeFiles } from './repository.ts';
import { temporaryFolder } from './temporary.ts';

type LocalForge = Forge & Sweep;

export interface ForgeRunOptions {
  /** Of the project. */
  readonly files: Readonly<Record<string, string>>;
  /** What the agent of every world does, as a shell script. */
  readonly agent: string;
  /** Beside what makes runs short. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What becomes of the forge's answers, and before them, such as the checks of a commit. */
  readonly wrap?: (forge: LocalForge, stand: LocalForgeStand) => Partial<LocalForge>;
  readonly findSecrets?: MatchSecrets;
  /** What deploying takes here; nothing is deployed without it. */
  readonly deploying?: (tools: WorkflowTools, config: Config) => Deploying;
}

/** Runs of issues at a forge that is a folder, carried by one real engine on one machine; agents are a script. */
export interface ForgeRunStand extends AsyncDisposable {
  readonly stand: LocalForgeStand;
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly tools: WorkflowTools;
  /** Submits the run of a new issue. */
  start(
    issue: { readonly title: string; readonly body?: string },
    startedBy?: RunAttributes['startedBy'],
  ): Promise<{ readonly jobId: JobId; readonly number: number }>;
  /** Carries runs until none of them can go on by itself. @returns the state of each. */
  settle(...runs: readonly JobId[]): Promise<readonly string[]>;
  tasks(run: JobId): Promise<readonly Task[]>;
  /** What a run asks a person. */
  question(run: JobId): Promise<{ readonly task: Task; readonly escalation: Escalation }>;
  answer(task: Task, answer: ApprovalAnswer, by?: string): Promise<void>;
  /** A person commits these files on top of the run's branch, as `miyabi fix` does. */
  mendByHand(run: JobId, files: Readonly<Record<string, string>>): Promise<CommitId>;
  /** Plain git in the repository at the forge. */
  atForge(...args: string[]): string;
}

/** Short enough for tests: nothing is waited for that a test does not make happen. */
const short = {
  isolation: 'none',
  worlds: { count: 1 },
  agent: { name: 'command' },
  checks: { coverage: false, test: 'node --test' },
  disk: { freeGigabytes: 0 },
  ci: { graceSeconds: 0, sweepSeconds: 1 },
};

export async function forgeRunStand({ files, agent, config = {}, wrap, findSecrets, deploying }: ForgeRunOptions): Promise<ForgeRunStand> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder('forge-run-'));
  const project = makeRepository(join(folder.path, 'project'), files);
  const stand = opening.use(await localForgeStand({ from: project.root }));
  const forge: LocalForge = { ...stand.forge, ...wrap?.(stand.forge, stand) };
  const artifacts = folderArtifacts({ folder: join(folder.path, 'artifacts'), clock: systemClock });
  let ledger: Ledger | undefined;
  let engine: Engine | undefined;
  const machine = opening.use(
    await machineOfRun(join(folder.path, 'machine'), {
      ledger: () => ledger!,
      artifacts,
      isAlone: true,
      forges: { names: [localForgeName], open: async () => await Promise.resolve(forge), readers: async () => await Promise.resolve([]) },
      pastTasks: async (jobId) => await pastTasks(engine!, jobId),
    }),
  );
  const tools: WorkflowTools = { ...machine.tools, ...(findSecrets === undefined ? {} : { findSecrets }) };
  // The ledger is the engine's, and opened with it.
  Object.defineProperty(tools, 'ledger', { get: () => ledger! });
  const resolved = configSchema.parse({ ...short, ...config, agent: { ...short.agent, command: agent } });
  if (deploying !== undefined) Object.assign(tools, { deploying: async () => await Promise.resolve(deploying(tools, resolved)) });
  const opened = opening.use(
    await openTestEngine(
      registrations(async () => await Promise.resolve(tools)),
      { artifacts, synchronous: 'NORMAL' },
    ),
  );
  ledger = opened.database.ledger;
  engine = opened.engine;
  const { gitUrl } = await forge.repository(stand.repository);
  const { id: repositoryId } = await ledger.repository(gitUrl);
  const disposing = opening.move();
  const { git } = stand;
  const tasks = async (run: JobId): Promise<readonly Task[]> => await opened.engine.tasks(run);
  return {
    stand,
    engine,
    ledger,
    tools,
    tasks,
    atForge: (...args) => userGit(git, ...args),
    async start({ title, body = '' }, startedBy = { how: 'service', who: 'ada (1)' }) {
      const number = await stand.writeIssue({ title, body });
      const attributes: RunAttributes = {
        schemaVersion: 2,
        issue: {
          title,
          body,
          origin: {
            kind: 'forge',
            forge: localForgeName,
            repository: stand.repository,
            number,
            url: `file:///${number}`,
            author: { id: '1', login: 'ada', isBot: false },
          },
          hiddenCharacters: 0,
        },
        repositoryId,
        repository: { kind: 'remote', url: gitUrl },
        base: { commit: userGit(git, 'rev-parse', 'main') as CommitId, name: 'main' },
        author: { name: 'Ada', email: 'ada@example.org' },
        branchTemplate: 'miyabi/<run>',
        into: null,
        startedBy,
        approveAll: false,
        config: resolved,
      };
      const submitted = await opened.engine.submit({
        title,
        groupKey: repositoryId,
        attributes,
        tasks: [
          { type: analyseType.name, key: 'analyse', payload: {} },
          { type: planType.name, key: 'plan', payload: {}, dependencies: [{ on: 'analyse', until: 'succeeded' }] },
        ],
      });
      if (submitted.kind !== 'submitted') throw new Error(submitted.kind);
      return { jobId: submitted.jobId, number };
    },
    async settle(...runs) {
      await using worker = await opened.engine.work({ jobs: runs, concurrency: 4 });
      return await Promise.all(runs.map(async (run) => await settledForGood(worker, opened.engine, run)));
    },
    async question(run) {
      const task = (await tasks(run)).find((one) => one.state === 'pending' && one.waiting.reason === 'person');
      if (task?.state !== 'pending' || !('need' in task.waiting)) throw new Error(`nobody is asked: ${await shown(opened.engine, run)}`);
      return { task, escalation: task.waiting.need.details as Escalation };
    },
    async mendByHand(run, changed) {
      const { attributes } = (await opened.engine.status(run))!;
      const mirror = await openMirror(tools, { jobId: run, attributes });
      const head = (await mirror.readRef(runHeadRef(run)))!;
      const directory = join(folder.path, `by-hand-${head}`);
      await mirror.checkOut({ directory, commit: head });
      writeFiles(directory, changed);
      const person = { name: 'Ada', email: 'ada@example.org' };
      const commit = (await mirror.commitFolder({ directory, base: head, message: 'By hand', author: person, at: systemClock.now() }))!;
      await mirror.updateRef(runHeadRef(run), commit, { from: head });
      return commit;
    },
    async answer(task, answer, by = 'ada (1)') {
      const answered = await opened.engine.signal(task.id, 'approval', answer, by);
      if (answered.kind !== 'answered') throw new Error(answered.kind);
    },
    [Symbol.asyncDispose]: async () => await disposing.disposeAsync(),
  };
}

/** A run that only waits for a time goes on by itself. */
async function settledForGood(worker: { settled(run: JobId): Promise<string> }, engine: Engine, run: JobId): Promise<string> {
  for (;;) {
    const state = await worker.settled(run);
    if (state !== 'waiting') return state;
    const waits = (await engine.tasks(run)).flatMap((task) => (task.state === 'pending' && 'need' in task.waiting ? [task.waiting] : []));
    if (waits.every(({ reason }) => reason !== 'deadline')) return state;
    await nextEvent(engine, run);
  }
}

async function nextEvent(engine: Engine, run: JobId): Promise<void> {
  const seen: number[] = [];
  for await (const { seq } of engine.events(run)) seen.push(seq);
  for await (const _ of engine.events(run, { sinceSeq: seen.at(-1) ?? 0, follow: true })) return;
}

/** The tasks of a run in a few words, for messages of tests. */
export async function shown(engine: Engine, run: JobId): Promise<string> {
  const tasks = await engine.tasks(run);
  return tasks
    .map(
      (task) =>
        `${task.key} ${task.state}${'reason' in task ? ` (${task.reason})` : ''}${task.state === 'pending' ? ` ${JSON.stringify(task.waiting).slice(0, 300)}` : ''}`,
    )
    .join('\n');
}

/** What an agent does by what it is told; the first that fits. */
export function agentThat(...cases: readonly (readonly [told: string, does: string])[]): string {
  return `case "$(cat)" in\n${cases.map(([told, does]) => `${told === '' ? '*' : `*"${told}"*`}) ${does} ;;`).join('\n')}\nesac`;
}
