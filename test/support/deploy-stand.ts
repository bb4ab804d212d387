import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { KeeperStatus } from '../../src/adapters/deploy/process/messages.ts';
import { openKeeper } from '../../src/adapters/deploy/process/open-keeper.ts';
import type { DeploymentState, Verdict } from '../../src/domain/deployment.ts';
import type { RunReport } from '../../src/operations/report.ts';
import { endKeptEnvironment } from './kept-environment.ts';
import type { CommandEnd } from './miyabi.ts';
import { git, makeProject, miyabi, startMiyabi } from './miyabi.ts';
import type { ServiceBehaviour } from './service-releases.ts';
import { serviceStart, writeService } from './service-releases.ts';
import { temporaryFolder } from './temporary.ts';

/** What a test sets of an environment, beside what makes deployments short. */
export type EnvironmentSettings = Readonly<Record<string, unknown>> & { readonly name: string };

export interface DeployStandOptions {
  /** In their order; `production` alone unless told otherwise. */
  readonly environments?: readonly EnvironmentSettings[];
  /** Of the project in `deploy.projects`. */
  readonly project?: Readonly<Record<string, unknown>>;
  /** Beside `deploy` in the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of every Miyabi that is started; not to be configured anew. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A row of `miyabi_deployment`. */
export interface DeploymentRow {
  readonly id: string;
  readonly environment: string;
  readonly release: number;
  readonly previous: number | null;
  readonly job: string;
  readonly fence: number;
  readonly state: DeploymentState;
  readonly verdict: Verdict | null;
  readonly leaves: number | null;
  /** Epoch ms. */
  readonly servedAt: number | null;
  readonly endedAt: number | null;
}

/**
 * A repository that holds a service, and a user's own Miyabi that deploys it on loopback by the target `process`. With its scope everything ends that
 * was started.
 */
export interface DeployStand extends AsyncDisposable {
  /** Of the test's own. */
  readonly folder: string;
  readonly project: string;
  readonly state: string;
  /** Commits a service that behaves like this, under a message of its own. @returns its commit. */
  commit(behaviour?: ServiceBehaviour): Promise<string>;
  /** Configures the environments anew. */
  configure(options: DeployStandOptions): Promise<void>;
  miyabi(...args: readonly string[]): Promise<CommandEnd>;
  start(...args: readonly string[]): ReturnType<typeof startMiyabi>;
  /** `miyabi deploy --yes --json` with these, by whatever way it ends. */
  deploy(...args: readonly string[]): Promise<EndOfDeployment>;
  /** Where the environment keeps what runs there. */
  kept(environment?: string): Promise<string>;
  /** Asks the keeper, which begins anew where it was killed: that is how whoever asks next finds it. */
  keeper(environment?: string): Promise<KeeperStatus>;
  /** Where users reach it. */
  url(environment?: string): Promise<string>;
  /** What the keeper has noted since it first began, a line each. */
  keeperLog(environment?: string): Promise<readonly string[]>;
  /** Oldest first. */
  deployments(environment?: string): readonly DeploymentRow[];
  /** What was seen of a deployment, in its order. */
  notes(deployment: string): readonly string[];
}

export interface EndOfDeployment {
  readonly end: CommandEnd;
  readonly report: RunReport;
  /** Why its tasks changed their states, for messages of tests. */
  readonly reasons: string;
}

/** Seconds in which a test can see the end of it; what only ends waiting for what hangs is long, as a busy machine is slow. */
export const shortHealth = { intervalSeconds: 0.2, timeoutSeconds: 5, graceSeconds: 30, failures: 3 };
const shortWatch = { seconds: 2, errorSeconds: 2, minimumRequests: 20, windowSeconds: 0.5, noDataSeconds: 10 };

export async function deployStand(options: DeployStandOptions = {}): Promise<DeployStand> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder('deploy-stand-'));
  const state = join(folder.path, 'state');
  opening.defer(async () => {
    for (const environment of await keptIn(state)) await endKeptEnvironment(environment);
  });
  const project = await makeProject(join(folder.path, 'project'), { 'README.md': 'A service.\n' });
  const started = { cwd: project, state, env: options.env ?? {} };
  let commits = 0;

  async function configure({
    environments = [{ name: 'production' }],
    project: more = {},
    config = {},
  }: DeployStandOptions): Promise<void> {
    const settings = {
      isolation: 'none',
      disk: { freeGigabytes: 0 },
      ...config,
      deploy: { projects: [{ repository: project, tag: '', ...more, environments: environments.map(environmentOf) }] },
    };
    await mkdir(join(state, 'miyabi'), { recursive: true });
    await writeFile(join(state, 'miyabi', 'config.json'), JSON.stringify(settings));
  }
  await configure(options);

  async function kept(environment = 'production'): Promise<string> {
    const found = (await keptIn(state)).find((each) => each.endsWith(`/${environment}`));
    if (found === undefined) throw new Error(`nothing was deployed to ${environment} yet`);
    return found;
  }
  async function keeper(environment?: string): Promise<KeeperStatus> {
    const asked = openKeeper({ folder: await kept(environment), nodePath: process.execPath, stopMs: 2_000, hidden: [] });
    const status = await asked.status(AbortSignal.timeout(20_000));
    if (status === undefined) throw new Error('nothing was deployed there yet');
    return status;
  }

  const disposing = opening.move();
  return {
    folder: folder.path,
    project,
    state,
    configure,
    kept,
    keeper,
    async commit(behaviour = {}) {
      commits += 1;
      await writeService(project, behaviour, `the ${commits}. service`);
      await git(project, 'add', '--all');
      await git(project, 'commit', '--quiet', '--message', `Service ${commits}: ${JSON.stringify(behaviour)}`);
      return await git(project, 'rev-parse', 'HEAD');
    },
    miyabi: async (...args) => await miyabi(args, started),
    start: (...args) => startMiyabi(args, started),
    async deploy(...args) {
      const end = await miyabi(['deploy', '--yes', '--json', ...args], started);
      const report = end.lines.at(-1) as unknown as RunReport | undefined;
      if (report?.type !== 'run.finished') throw new Error(`the deployment has not begun: ${end.stderr}`);
      return { end, report, reasons: reasonsOf(end) };
    },
    async url(environment) {
      const { url } = await keeper(environment);
      if (url === undefined) throw new Error('nobody listens there');
      return url;
    },
    async keeperLog(environment) {
      return readFileSync(join(await kept(environment), 'keeper.log'), 'utf8')
        .trim()
        .split('\n');
    },
    deployments(environment = 'production') {
      return recorded(
        state,
        `SELECT id, environment, release, previous, job_id AS job, fence, state, verdict, leaves, served_at AS servedAt, ended_at AS endedAt
           FROM miyabi_deployment WHERE environment = ? ORDER BY fence`,
        environment,
      ).map((row) => {
        const verdict = typeof row['verdict'] === 'string' ? (JSON.parse(row['verdict']) as { readonly value: Verdict }).value : null;
        return { ...row, verdict } as unknown as DeploymentRow;
      });
    },
    notes: (deployment) =>
      recorded(state, 'SELECT text FROM miyabi_deployment_note WHERE deployment_id = ? ORDER BY number', deployment).map(({ text }) =>
        String(text),
      ),
    [Symbol.asyncDispose]: async () => await disposing.disposeAsync(),
  };
}

/** Why the tasks of a run changed their states, as far as a command told, and what it said beside that. */
export function reasonsOf({ lines, stderr }: CommandEnd): string {
  const states = lines.filter(({ type, state }) => type === 'task.state' && state !== 'succeeded');
  return [stderr, ...states.map(({ key, state, reason }) => `${String(key)} ${String(state)}: ${String(reason)}`)].join('\n');
}

function environmentOf(settings: EnvironmentSettings): object {
  const { health, watch, target, ...rest } = settings as EnvironmentSettings & Readonly<Record<'health' | 'watch' | 'target', object>>;
  return {
    ...rest,
    // Any port, and from then on always that one.
    target: { kind: 'process', listen: { port: 0 }, start: serviceStart, stopSeconds: 2, ...target },
    health: { ...shortHealth, ...health },
    watch: { ...shortWatch, ...watch },
  };
}

/** The folders of all environments that a state folder has. */
async function keptIn(state: string): Promise<readonly string[]> {
  const all = join(state, 'deployments');
  const repositories = await readdir(all).catch(() => []);
  const environments = await Promise.all(
    repositories.map(async (repository) => (await readdir(join(all, repository))).map((name) => join(all, repository, name))),
  );
  return environments.flat();
}

function recorded(state: string, query: string, ...values: readonly string[]): readonly Record<string, unknown>[] {
  using database = new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true });
  return database.prepare(query).all(...values);
}
