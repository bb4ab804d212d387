import { setTimeout } from 'node:timers/promises';
import { releaseFolders } from '../../src/adapters/deploy/release-folders.ts';
import { systemClock } from '../../src/adapters/clock.ts';
import { deploySection } from '../../src/domain/config-deploy.ts';
import type { Deployment } from '../../src/domain/deployment.ts';
import type { CommitId, JobId } from '../../src/domain/ids.ts';
import type { Issue } from '../../src/domain/issue.ts';
import type { RunAttributes } from '../../src/domain/run.ts';
import { resultOfTask } from '../../src/operations/task-results.ts';
import type { Forges } from '../../src/ports/forge.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import type { DeployResult } from '../../src/workflow/deploy/deploy-task-types.ts';
import { deployType } from '../../src/workflow/deploy/deploy-task-types.ts';
import type { DeployRequest } from '../../src/workflow/deploy/deploy-tasks.ts';
import { deployTask } from '../../src/workflow/deploy/deploy-tasks.ts';
import type { Deploying } from '../../src/workflow/deploy/deploying.ts';
import { withFinalFailures } from '../../src/workflow/final-failures.ts';
import { handlers } from '../../src/workflow/handlers.ts';
import type { WorkflowTools } from '../../src/workflow/tools.ts';
import { withForge } from '../../src/workflow/with-forge.ts';
import type { MemoryEngine } from './memory-engine.ts';
import { openMemoryEngine } from './memory-engine.ts';
import type { ScriptedTarget } from './scripted-target.ts';
import { scriptedTarget } from './scripted-target.ts';
import type { WorkflowStand } from './workflow-stand.ts';
import { workflowStand } from './workflow-stand.ts';

export interface PipelineOptions {
  /** Of the project. */
  readonly project?: Readonly<Record<string, unknown>>;
  /** By their names in their order; `production` alone unless told otherwise. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly issue?: Partial<Issue>;
  readonly forges?: Forges;
  readonly redact?: WorkflowTools['redact'];
}

/** The whole pipeline with real handlers, real git and real records, on an engine in memory and targets that a test scripts. */
export interface PipelineStand extends AsyncDisposable {
  readonly stand: WorkflowStand;
  readonly made: MemoryEngine;
  readonly registrations: readonly Registration[];
  readonly target: (environment?: string) => ScriptedTarget;
  /** Runs that mend something, as they were asked for. */
  readonly repairs: Parameters<Deploying['repair']>[0][];
  readonly tools: WorkflowTools;
  /** A release that was built before. @returns its number. */
  release(): Promise<number>;
  submit(request: Partial<DeployRequest>): Promise<JobId>;
  /** Carries it until it has ended or waits for somebody. */
  settle(job: JobId, on?: MemoryEngine): Promise<string>;
  /** Deploys a release, or what is asked for, to its end. */
  deploy(request: number | Partial<DeployRequest>): Promise<{
    readonly job: JobId;
    readonly state: string;
    readonly result: DeployResult | undefined;
    readonly reason: string | undefined;
  }>;
  /** Oldest first. */
  deployments(environment?: string): Promise<readonly Deployment[]>;
}

/** Seconds in which a test sees the end of it. */
const short = {
  health: { intervalSeconds: 0.01, graceSeconds: 0.1, failures: 2 },
  watch: { seconds: 0.06, windowSeconds: 0.02, noDataSeconds: 0.05 },
};

function noTraffic({ from, to }: { readonly from: number; readonly to: number }) {
  return { kind: 'measured', from, to, requests: 0, errors: 0, p95Ms: undefined } as const;
}

export async function pipelineStand(options: PipelineOptions = {}): Promise<PipelineStand> {
  await using opening = new AsyncDisposableStack();
  const stand = opening.use(await workflowStand({ 'a.txt': 'one\n', '.gitignore': '.env.test\n', '.worktreeinclude': '.env.test\n' }));
  const attributes = { ...(stand.context(1, {}).attributes as RunAttributes) };
  if (options.issue !== undefined) attributes.issue = { ...attributes.issue, ...options.issue };
  const { environments = { production: {} } } = options;
  const { projects } = deploySection.parse({
    projects: [
      {
        repository: attributes.repository.kind === 'local' ? attributes.repository.root : '',
        tag: '',
        ...options.project,
        environments: Object.entries(environments).map(([name, more]) => ({
          name,
          target: { kind: 'process', listen: { port: 0 }, start: 'true' },
          ...short,
          ...more,
        })),
      },
    ],
  });
  const [project] = projects;
  if (project === undefined) throw new Error('there is a project');
  const commits = new Map<number, string>();
  const targets = new Map(project.environments.map(({ name }) => [name, scriptedTarget(name, commits)]));
  const target = (name = 'production'): ScriptedTarget => {
    const found = targets.get(name);
    if (found === undefined) throw new Error(`there is no environment ${name}`);
    return found;
  };
  const repairs: PipelineStand['repairs'] = [];
  const folders = releaseFolders();
  const deploying: Deploying = {
    project: () => project,
    placeOf: async ({ repositoryId, environment: name }) => {
      const environment = project.environments.find((one) => one.name === name);
      return await Promise.resolve(environment === undefined ? undefined : { repositoryId, environment });
    },
    open: async ({ environment }) => await Promise.resolve(target(environment.name).deployer()),
    releaseEnvironment: ({ variables }) => ({ ...variables }),
    // What a test says was built before lies nowhere.
    releases: { ...folders, has: async (folder, digest) => digest === 'before' || (await folders.has(folder, digest)) },
    probe: {
      async check(request, signal) {
        const [, name] = /\.([a-z]+)\.test/.exec(request.url) ?? [];
        return await target(name).probe.check(request, signal);
      },
    },
    // Our own probes of the old release would take seconds.
    traffic: async () =>
      await Promise.resolve({ name: 'as a test has it', measure: async (_, window) => await Promise.resolve(noTraffic(window)) }),
    wait: async (ms, signal) => await setTimeout(ms, undefined, { signal }),
    hasEnded: async (job) => (await made.engine.status(job))?.endedAt !== undefined,
    repair: async (wanted) => {
      repairs.push(wanted);
      return await Promise.resolve('run_mends');
    },
  };
  const tools: WorkflowTools = {
    ...stand.tools,
    clock: systemClock,
    deploying: async () => await Promise.resolve(deploying),
    ...(options.forges === undefined ? {} : { forges: options.forges }),
    ...(options.redact === undefined ? {} : { redact: options.redact }),
  };
  const registrations = Object.values(handlers(tools)).map((real) =>
    withFinalFailures(withForge(real, async () => await Promise.resolve(tools))),
  );
  const made = opening.use(await openMemoryEngine(registrations));
  const { deployments } = stand.tools.ledger;
  const { repositoryId } = attributes;
  const open = opening.move();

  const settle = async (job: JobId, on = made): Promise<string> => {
    await using worker = await on.engine.work({ jobs: [job], concurrency: 4 });
    return await worker.settled(job);
  };
  const submit = async (request: Partial<DeployRequest>): Promise<JobId> => {
    const { what = { kind: 'merged' }, environments: names = null, hotfix = false, rollback = false } = request;
    const task = deployTask(attributes, { what, environments: names, hotfix, rollback }, []);
    const { jobId } = await made.engine.submit({ title: 'Deploy', groupKey: repositoryId, attributes, tasks: [task] });
    return jobId;
  };
  return {
    stand,
    made,
    registrations,
    target,
    repairs,
    tools,
    submit,
    settle,
    async release() {
      const commit = (commits.size + 1).toString(16).padStart(40, 'c') as CommitId;
      const { number } = await deployments.release(repositoryId, commit, 'recipe', 1);
      await deployments.built(repositoryId, number, { folder: '/nowhere', digest: 'before', at: 1 });
      commits.set(number, commit);
      return number;
    },
    async deploy(request) {
      const job = await submit(typeof request === 'number' ? { what: { kind: 'release', release: request } } : request);
      const state = await settle(job);
      const [task] = await made.engine.tasks(job, { type: deployType.name });
      if (task === undefined) throw new Error('a deployment is one task');
      return { job, state, result: resultOfTask(deployType, task), reason: task.state === 'dead' ? task.reason : undefined };
    },
    deployments: async (environment = 'production') => (await deployments.latest({ repositoryId, environment }, 100)).toReversed(),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}
