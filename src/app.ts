import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from './adapters/clock.ts';
import { folderDailyLog } from './adapters/daily-log.ts';
import { packagedExamples } from './adapters/examples.ts';
import { folderDiskUses } from './adapters/disk-uses.ts';
import { folderFixes } from './adapters/fixes.ts';
import { systemIds } from './adapters/ids.ts';
import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import { folderLogs } from './adapters/logs/folder-logs.ts';
import { fileBallast } from './adapters/ballast.ts';
import { createMachine } from './adapters/machine/create-machine.ts';
import { namespaceState } from './adapters/namespace/namespace-state.ts';
import { folderDoors } from './adapters/open-doors.ts';
import { isSecretSet } from './adapters/is-secret-set.ts';
import { lockedOwner } from './adapters/owner.ts';
import { freeBytes, prepareStateFolder } from './adapters/state-folder.ts';
import { watchFiles } from './adapters/watch-folder.ts';
import type { KnowledgeRequest } from './app-knowledge.ts';
import { wireUpkeep } from './app-upkeep.ts';
import type { LogRequest } from './app-log.ts';
import { ownConfiguration } from './app-configuration.ts';
import { wireForges } from './app-forges.ts';
import type { ModelsRequest } from './app-models.ts';
import type { Work, WorkRequest } from './app-work.ts';
import { ownRedactor, ownSecretFinder } from './app-secrets.ts';
import { openArtifacts } from './app-artifacts.ts';
import { configFiles, configFolder, homeOf, stateRoot } from './app-state-root.ts';
import type { Storage } from './app-storage.ts';
import { openTracesIfWanted } from './app-traces.ts';
import { openLocalStorage } from './app-storage.ts';
import type { LogTarget, OpenApp, OpenLog } from './cli/shell.ts';
import type { Config } from './domain/config.ts';
import { parseModelName } from './domain/model.ts';
import { resolveConfig } from './domain/resolve-config.ts';
import { stateFolder } from './domain/state-folder.ts';
import { agentNames } from './domain/world.ts';
import { holdConfiguration } from './operations/configuration/hold-configuration.ts';
import { openRuns } from './operations/open-runs.ts';
import { pastTasks } from './operations/past-tasks.ts';
import { receiveType } from './operations/intake/intent.ts';
import { intakeRegistrations } from './operations/intake/registrations.ts';
import { startRepair } from './operations/start-repair.ts';
import { sendNotice, sendNoticeType } from './operations/notices/send-notice.ts';
import { askAtIssue, tellQuestionType } from './operations/notices/tell-question.ts';
import type { OperationTools } from './operations/tools.ts';
import type { Knowledge } from './ports/knowledge.ts';
import type { Locks } from './ports/lock.ts';
import type { Models } from './ports/model.ts';
import type { Owner } from './ports/owner.ts';
import { createEngine } from './weaver/create-engine.ts';
import { createTelemetry } from './telemetry/create-telemetry.ts';
import { observeAttempts } from './telemetry/observe/attempts.ts';
import { observeForges } from './telemetry/observe/forges.ts';
import { observeLedger } from './telemetry/observe/ledger.ts';
import { observeNotifier } from './telemetry/observe/notifier.ts';
import { observeRedact } from './telemetry/observe/redact.ts';
import { observeStore } from './telemetry/observe/store.ts';
import { expectedTypes, registrations } from './workflow/registrations.ts';
import { withForge } from './workflow/with-forge.ts';
import type { Deploying } from './workflow/deploy/deploying.ts';
import type { Host } from './workflow/tools.ts';

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
  /** Told what is worth knowing of the shared database, in a sentence, where nothing is logged. */
  readonly notice?: (text: string) => void;
  /** Where what this process does is written down, beside the file that is configured for it. */
  readonly log?: LogTarget;
}

/**
 * Wires the product: the adapters of one machine around one state folder. Disposing it ends every child process,
 * gives the leases back and closes the database.
 *
 * @throws Failure (configuration) for a state folder or database that cannot be used.
 */
export async function openApp(request: AppRequest): Promise<OpenApp> {
  const { environment } = request;
  const host = readHost(environment);
  const readConfiguration = async () => await ownConfiguration(environment, request.flags);
  const configuration = holdConfiguration({
    first: await readConfiguration(),
    read: readConfiguration,
    watch: (changed) => watchFiles(configFolder(environment), configFiles, changed),
  });
  /** As it is now; `own` is what it was at the start. */
  const ownNow = () => resolveConfig(configuration.current()).config;
  const own = ownNow();
  const state = stateFolder(stateRootOf(environment, request.stateRoot, own.database));
  await prepareStateFolder(state);
  await using opening = new AsyncDisposableStack();
  const secretless = ownRedactor(own, environment);
  // What is worth knowing stands in the log of a service; anywhere else people are told.
  const notice = (text: string): void =>
    request.log === undefined ? request.notice?.(text) : telemetry.tell({ type: 'said', component: 'service', level: 'warn', text });
  const telemetry = createTelemetry(systemClock, notice);
  const log = await openLogIfWanted({ settings: own.log, target: request.log, redact: secretless, clock: systemClock, telemetry });
  if (log !== undefined) opening.use(log);
  opening.use(telemetry);
  opening.use(
    configuration.subscribe(({ kind }) => {
      telemetry.tell({ type: 'configuration.reloaded', ok: kind === 'changed' });
      log?.use(ownNow().log);
    }),
  );
  const redact = observeRedact(secretless, 'records', telemetry);
  const locks = sqliteLocks(state.locks);
  const owner = opening.use(lockedOwner(locks, systemIds.next()));
  const leaseMs = own.database.leaseSeconds * 1_000;
  const ballast = fileBallast(state.root, own.disk.ballastMegabytes * 1_000_000);
  const storage = opening.use(
    await openStorage(own.database, state.database, {
      locks,
      owner,
      knowledge: state.knowledge,
      notice,
      onBusy: () => telemetry.tell({ type: 'store.busy' }),
      makeRoom: () => ballast.giveBack(),
    }),
  );
  const { ledger, clock, caller } = storage;
  const traces = await openTracesIfWanted({
    config: own.telemetry,
    environment,
    clock: systemClock,
    redact: secretless,
    telemetry,
    version: request.version,
    instance: caller.name,
    host: hostname(),
    tell: notice,
  });
  const models = modelsOnce({ config: own.models, environment, ledger, clock, ids: systemIds, owner: caller, telemetry }, opening);
  const artifacts = await openArtifacts({ config: own.artifacts, folder: state.artifacts, clock, environment });
  const diskUses = opening.use(folderDiskUses(state.root, clock));
  const logs = folderLogs(state);
  const { knowledgeIndex } = storage;
  const knowledge = knowledgeOnce({ ledger, knowledgeIndex, config: own, state, models, redact, clock, environment, telemetry }, opening);
  const wiredForges = wireForges({
    config: own.forge,
    environment,
    clock,
    version: request.version,
    processes: async () => (await tools()).processes,
    notice,
  });
  const forges = observeForges(wiredForges, telemetry);
  let deploying: Promise<Deploying> | undefined;
  const work = workOnce(
    {
      home: homeOf(environment),
      config: own,
      locks,
      state,
      host,
      owner,
      ledger: observeLedger(ledger, telemetry),
      clock,
      artifacts,
      logs,
      models,
      knowledge,
      forges,
      attended: request.attended === true,
      telemetry,
      redact,
      findSecrets: ownSecretFinder(own, environment),
      openRuns: async (repositoryId) => await openRuns(engine, repositoryId),
      pastTasks: async (jobId) => await pastTasks(engine, jobId),
      deploying: async () => await (deploying ??= openDeploying()),
    },
    opening,
  );
  const openDeploying = async (): Promise<Deploying> =>
    (await import('./app-deploy.ts')).wireDeploying({
      config: own,
      host,
      home: homeOf(environment),
      configFolder: configFolder(environment),
      state,
      clock,
      processes: (await tools()).processes,
      ledger,
      hasEnded: async (job) => {
        const found = await engine.status(job);
        return found === undefined || found.endedAt !== undefined;
      },
      repair: async (wanted) => await startRepair(operations, wanted),
      telemetry,
    });
  const tools = async () => (await work()).tools;
  const channel = async (name: string) =>
    observeNotifier((await import('./app-notifiers.ts')).openConfigured(name, ownNow().notify, (await tools()).processes, host), telemetry);
  const engine = createEngine({
    ...storage,
    store: observeStore(storage.store, telemetry),
    onFenced: () => telemetry.tell({ type: 'fenced', by: 'task' }),
    ids: systemIds,
    artifacts,
    registrations: [
      ...registrations(tools),
      ...intakeRegistrations(() => operations),
      sendNotice(channel),
      withForge(
        askAtIssue(() => engine, tools),
        tools,
      ),
    ].map((registration) => ({
      ...registration,
      handler: observeAttempts(registration.type.name, registration.handler, telemetry),
    })),
    expects: [...expectedTypes, receiveType, sendNoticeType, tellQuestionType],
    pid: process.pid,
    host: hostname(),
    ...(storage.sharing ? { timing: { leaseMs, heartbeatMs: leaseMs / 3 } } : {}),
  });
  opening.use(engine);
  const operations: OperationTools = {
    engine,
    telemetry,
    isLogged: log !== undefined,
    traces: traces && { traces, since: clock.now() },
    sharing: storage.sharing,
    locks: storage.locks,
    databaseState: storage.databaseState,
    git: async () => (await tools()).git,
    ledger,
    knowledge,
    forges,
    channel,
    dailyLog: own.dailyLog.enabled ? { log: folderDailyLog(own.dailyLog.folder ?? state.daily, locks), machine: hostname() } : undefined,
    artifacts,
    logs,
    state,
    clock,
    processes: async () => (await tools()).processes,
    host,
    version: request.version,
    fixes: folderFixes(state),
    examples: packagedExamples(fileURLToPath(new URL('../examples', import.meta.url))),
    ...wireUpkeep({ state, locks, clock, version: request.version, config: ownNow, models, environment }),
    ballast,
    freeBytes: async () => await freeBytes(state.root),
    diskUses,
    isSecretSet: (secret) => isSecretSet(secret, environment),
    configuration,
    get ownConfiguration() {
      return configuration.current();
    },
    machine: createMachine(state.root, systemClock),
    namespace: namespaceState,
    ladders: {
      isolation: async () => await (await tools()).sandboxes.ladder(),
      workspaces: async () => await (await tools()).workspaces.ladder(),
    },
    redact,
    explainChoice: async (choice) => (await import('./evaluation/explain.ts')).explainChoice(choice),
    tellChoice: async (choice) => (await import('./evaluation/explain.ts')).tellChoice(choice),
    collect: async (options) => await (await work()).collect(engine, options),
    agents: async () => {
      const { agent: agentOf } = await tools();
      const { agent: chosen } = ownNow();
      return await Promise.all(
        agentNames.map(async (name) => {
          const agent = await agentOf(name);
          const model = name === chosen.name && chosen.model !== undefined ? parseModelName(chosen.model) : undefined;
          return await agent.state(model);
        }),
      );
    },
    agentNeeds: async (choice) => await (await (await tools()).agent(choice.name)).needs(choice),
    openDoors: folderDoors(state.services, owner),
    listen: async (wanted) =>
      await (
        await import('./app-service.ts')
      ).listenAsService(operations, { ...wanted, telemetry, dashboard: environment['MIYABI_DASHBOARD'] }),
    talk: async (wanted) => await (await import('./app-mcp.ts')).talkToAgent(operations, wanted),
    deploying: async () => await (await tools()).deploying(),
    recover: async () =>
      await telemetry.measure({ kind: 'recover', name: 'recover' }, async () => {
        await ledger.money.settleAbandoned(async (other) => await caller.isAlive(other));
        return await (await work()).recover();
      }),
  };
  const open = opening.move();
  return {
    tools: operations,
    log,
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

/** The libraries of the shared one are loaded by whoever has one. */
async function openStorage(
  { url, namespace, leaseSeconds }: Config['database'],
  path: string,
  local: {
    readonly locks: Locks;
    readonly owner: Owner;
    readonly knowledge: string;
    readonly notice: (text: string) => void;
    readonly onBusy: () => void;
    readonly makeRoom: () => boolean;
  },
): Promise<Storage> {
  if (url === undefined) return await openLocalStorage(path, local);
  const { openSharedStorage } = await import('./app-shared-storage.ts');
  return await openSharedStorage({ url, namespace, path, lockMs: leaseSeconds * 1_000, notice: local.notice, onBusy: local.onBusy });
}

/** Its library is loaded by whoever writes something down. */
async function openLogIfWanted(wanted: LogRequest): Promise<(OpenLog & Disposable) | undefined> {
  if (wanted.target === undefined && wanted.settings.file === undefined) return undefined;
  return (await import('./app-log.ts')).openLog(wanted);
}

/** The models when they are first asked for, and the same ones from then on; let go of with the app. */
function modelsOnce(request: ModelsRequest, opening: AsyncDisposableStack): () => Promise<Models> {
  let wired: Promise<Models & Disposable> | undefined;
  opening.defer(async () => (await wired)?.[Symbol.dispose]());
  return async () => await (wired ??= import('./app-models.ts').then(async ({ wireModels }) => await wireModels(request)));
}

/** The knowledge base when it is first asked for; closed with the app. */
function knowledgeOnce(request: KnowledgeRequest, opening: AsyncDisposableStack): () => Promise<Knowledge> {
  let wired: Promise<Knowledge & AsyncDisposable> | undefined;
  opening.defer(async () => await (await wired?.catch(() => undefined))?.[Symbol.asyncDispose]());
  return async () => await (wired ??= import('./app-knowledge.ts').then(({ wireKnowledge }) => wireKnowledge(request)));
}

/** What works on repositories and in worlds, when it is first needed; ended with the app. */
function workOnce(request: WorkRequest, opening: AsyncDisposableStack): () => Promise<Work> {
  let wired: Promise<Work> | undefined;
  opening.defer(async () => await (await wired)?.[Symbol.asyncDispose]());
  return async () => await (wired ??= import('./app-work.ts').then(({ wireWork }) => wireWork(request)));
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

/**
 * The absolute path of the state folder. What belongs to this machine lies apart for each database that it shares: nothing of one is swept up
 * for the other.
 *
 * @param given as it was asked for; else `$XDG_STATE_HOME/miyabi`, and for a shared database a folder in it.
 */
function stateRootOf(environment: Environment, given: string | undefined, { url, namespace }: Config['database']): string {
  const root = stateRoot(environment, given);
  if (given !== undefined || url === undefined) return root;
  const { host, pathname } = new URL(url);
  return join(root, 'shared', createHash('sha256').update(`${host}${pathname} ${namespace}`).digest('hex').slice(0, 12));
}
