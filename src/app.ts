import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { folderArtifacts } from './adapters/artifacts/folder-artifacts.ts';
import { systemClock } from './adapters/clock.ts';
import { embeddedChanges } from './adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from './adapters/dispatch/embedded.ts';
import { packagedExamples } from './adapters/examples.ts';
import { createGit } from './adapters/git/git.ts';
import { systemIds } from './adapters/ids.ts';
import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import { createMachine } from './adapters/machine/create-machine.ts';
import { namespaceState } from './adapters/namespace/namespace-state.ts';
import { lockedOwner } from './adapters/owner.ts';
import { createProcessRunner } from './adapters/process/process-runner.ts';
import { createContainerRung } from './adapters/sandbox/container/container-rung.ts';
import { createSandboxes } from './adapters/sandbox/sandboxes.ts';
import { createSeatbeltRung } from './adapters/sandbox/seatbelt/seatbelt-rung.ts';
import { freeBytes, prepareStateFolder } from './adapters/state-folder.ts';
import { openDatabase } from './adapters/store/open-database.ts';
import { createWorkspaces } from './adapters/workspace/workspaces.ts';
import { createPrograms } from './adapters/programs/programs.ts';
import { wireAgents } from './app-agents.ts';
import type { ModelsRequest } from './app-models.ts';
import { wireAdvisories } from './app-advisories.ts';
import { ownRedactor, ownSecretFinder } from './app-secrets.ts';
import type { OpenApp } from './cli/shell.ts';
import { Failure } from './domain/failure.ts';
import { parseModelName } from './domain/model.ts';
import type { ConfigLayer } from './domain/resolve-config.ts';
import { environmentLayer, resolveConfig } from './domain/resolve-config.ts';
import { stateFolder } from './domain/state-folder.ts';
import { agentNames } from './domain/world.ts';
import { parseConfiguration } from './operations/repository-configuration.ts';
import type { Models } from './ports/model.ts';
import { createEngine } from './weaver/create-engine.ts';
import { collectFolders } from './workflow/collect.ts';
import { expectedTypes, registrations } from './workflow/registrations.ts';
import type { Host, WorkflowTools } from './workflow/tools.ts';
import { rememberedLists } from './worlds/include-files.ts';
import { recoverWorlds } from './worlds/recover.ts';
import { rememberedPlans } from './worlds/remembered-plans.ts';

const hour = 3_600_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** How the product is opened. */
export interface AppRequest {
  readonly environment: Environment;
  readonly version: string;
  /** Configuration from the command line. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** `--state`; else `$XDG_STATE_HOME/miyabi`. */
  readonly stateRoot?: string;
  /** Whether a person is there who can be asked. */
  readonly attended?: boolean;
}

/**
 * Wires the product: the adapters of one machine around one state folder. Disposing it ends every child process,
 * gives the leases back and closes the database.
 *
 * @throws Failure (configuration) for a state folder or database that cannot be used.
 */
export async function openApp(request: AppRequest): Promise<OpenApp> {
  const { environment } = request;
  const state = stateFolder(resolve(request.stateRoot ?? defaultStateRoot(environment)));
  await prepareStateFolder(state);
  const host = readHost(environment);
  const ownLayers = await ownConfiguration(environment, request.flags);
  const own = resolveConfig(ownLayers).config;
  const { cleanup, sandbox } = own;
  await using opening = new AsyncDisposableStack();
  const locks = sqliteLocks(state.locks);
  const database = await openDatabase(state.database, { clock: systemClock, ids: systemIds });
  opening.defer(async () => await database.close());
  const owner = opening.use(lockedOwner(locks, systemIds.next()));
  const processes = opening.use(createProcessRunner());
  const git = createGit({ process: processes, locks, path: environment['PATH'] ?? '', userEnvironment: environment });
  const path = environment['PATH'] ?? '';
  const models = modelsOnce(
    { config: own.models, environment, ledger: database.ledger, clock: systemClock, ids: systemIds, owner },
    opening,
  );
  const programs = createPrograms({
    process: processes,
    path,
    home: homeOf(environment),
    nodePath: host.nodePath,
    configured: own.agent.programs,
  });
  const tools: WorkflowTools = {
    git,
    locks,
    processes,
    state,
    host,
    owner,
    sandboxes: createSandboxes({
      process: processes,
      path: environment['PATH'] ?? '',
      state: state.root,
      clock: systemClock,
      owner,
      nodePath: host.nodePath,
      home: homeOf(environment),
      rungs: [
        createContainerRung({ process: processes, host: environment, ...sandbox, nodePath: host.nodePath, state: state.root, owner }),
        ...(host.platform === 'darwin' ? [createSeatbeltRung({ process: processes, nodePath: host.nodePath })] : []),
      ],
    }),
    plans: rememberedPlans(),
    includes: rememberedLists(),
    ledger: database.ledger,
    clock: systemClock,
    artifacts: folderArtifacts({ folder: state.artifacts, clock: systemClock }),
    workspaces: createWorkspaces({ git, process: processes, locks, path: environment['PATH'] ?? '', state }),
    models,
    agent: wireAgents({ nodePath: host.nodePath, models, programs }),
    attended: request.attended === true,
    redact: ownRedactor(own.models, environment),
    findSecrets: ownSecretFinder(own.models, environment),
    advisories: wireAdvisories({ process: processes, environment }),
  };
  const changes = embeddedChanges({ version: database.version, clock: systemClock });
  opening.defer(() => changes.close());
  const engine = createEngine({
    store: database.store,
    heartbeat: database.heartbeat,
    dispatcher: embeddedDispatcher({ changes, clock: systemClock }),
    changes,
    clock: systemClock,
    ids: systemIds,
    locks,
    artifacts: tools.artifacts,
    registrations: registrations(tools),
    expects: expectedTypes,
    pid: process.pid,
  });
  opening.use(engine);
  const open = opening.move();
  return {
    tools: {
      engine,
      git,
      ledger: database.ledger,
      state,
      clock: systemClock,
      processes,
      host,
      version: request.version,
      examples: packagedExamples(fileURLToPath(new URL('../examples', import.meta.url))),
      freeBytes: async () => await freeBytes(state.root),
      ownConfiguration: ownLayers,
      machine: createMachine(state.root, systemClock),
      namespace: namespaceState,
      ladders: { isolation: () => tools.sandboxes.ladder(), workspaces: () => tools.workspaces.ladder() },
      redact: tools.redact,
      explainChoice: async (choice) => (await import('./evaluation/explain.ts')).explainChoice(choice),
      collect: async (options) => await collectFolders(tools, engine, { ...options, checkoutsMs: cleanup.olderThanHours * hour }),
      agents: async () =>
        await Promise.all(
          agentNames.map(async (name) => {
            const agent = await tools.agent(name);
            const model = name === own.agent.name && own.agent.model !== undefined ? parseModelName(own.agent.model) : undefined;
            return await agent.state(model);
          }),
        ),
      agentNeeds: async (choice) => await (await tools.agent(choice.name)).needs(choice),
      recover: async () => {
        await database.ledger.money.settleAbandoned(async (other) => await owner.isAlive(other));
        return await recoverWorlds(tools, systemClock.now());
      },
    },
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

/** The models when they are first asked for, and the same ones from then on; let go of with the app. */
function modelsOnce(request: ModelsRequest, opening: AsyncDisposableStack): () => Promise<Models> {
  let wired: Promise<Models & Disposable> | undefined;
  opening.defer(async () => (await wired)?.[Symbol.dispose]());
  return async () => await (wired ??= import('./app-models.ts').then(async ({ wireModels }) => await wireModels(request)));
}

/**
 * Flags, environment and the user's own file. The user's file may be TypeScript, because it is the user's; a
 * repository's may not, because it is foreign code.
 *
 * @throws Failure (configuration) for a file that cannot be read.
 */
export async function ownConfiguration(
  environment: Environment,
  flags: Readonly<Record<string, unknown>>,
): Promise<readonly ConfigLayer[]> {
  const folder = join(environment['XDG_CONFIG_HOME'] || join(homeOf(environment), '.config'), 'miyabi');
  const layers: ConfigLayer[] = [
    { source: 'flag', origin: 'the command line', values: flags },
    environmentLayer(environment),
    ...(await userFile(folder)),
  ];
  resolveConfig(layers);
  return layers;
}

async function userFile(folder: string): Promise<ConfigLayer[]> {
  for (const name of ['config.ts', 'config.json', 'config.yaml', 'config.yml']) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(unlessAbsent);
    if (text === undefined) continue;
    const values = name.endsWith('.ts')
      ? ((await import(pathToFileURL(path).href)) as { readonly default: unknown }).default
      : await parseConfiguration(path, text);
    return [{ source: 'user', origin: path, values }];
  }
  return [];
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}

function readHost(environment: Environment): Host {
  return {
    environment,
    nodePath: process.execPath,
    programFolders: programFolders(fileURLToPath(new URL('..', import.meta.url))),
    nodeVersion: process.versions.node,
    platform: process.platform,
  };
}

/** @param root of this package: its code, and the libraries that lie in it or, installed, around it. */
function programFolders(root: string): readonly string[] {
  const around = root.lastIndexOf('/node_modules/');
  const own = ['src', 'dist', 'node_modules', 'package.json'].map((name) => join(root, name));
  return [...own, ...(around === -1 ? [] : [root.slice(0, around + '/node_modules'.length)])].filter((path) => existsSync(path));
}

function defaultStateRoot(environment: Environment): string {
  return join(environment['XDG_STATE_HOME'] || join(homeOf(environment), '.local', 'state'), 'miyabi');
}

/** @throws Failure (configuration) where neither the environment nor the system knows one, as in a container with a user id of its own. */
function homeOf(environment: Environment): string {
  if (environment['HOME']) return environment['HOME'];
  try {
    return homedir();
  } catch (cause) {
    throw new Failure(
      'configuration',
      {
        what: 'Your home folder is not known.',
        why: 'The variable HOME is not set, and the system has no entry for this user.',
        fix: 'Set HOME to a folder that you may write in.',
      },
      { cause },
    );
  }
}
