import type { Config } from '../domain/config.ts';
import type { CommandEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import { shortId } from '../domain/ids.ts';
import type { CheckSetting } from '../evaluation/checks/setting.ts';
import type { ProcessLimits } from '../ports/process.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { ReadyDependencies, SettledDependencies } from '../worlds/dependencies.ts';
import { readyDependencies, settleDependencies } from '../worlds/dependencies.ts';
import { installEnvironments } from '../worlds/environment.ts';
import { includeFiles } from '../worlds/include-files.ts';
import type { WithBuildingPlace } from '../worlds/install-layer.ts';
import { knownRegistries, registryHosts } from '../worlds/registry-hosts.ts';
import type { ScriptRequest } from '../worlds/scripts.ts';
import { notePlaced } from '../worlds/placed.ts';
import { runSetup, runTeardown } from '../worlds/scripts.ts';
import { untilStopped } from './broken-rule.ts';
import { openMirror } from './open-mirror.ts';
import type { Place, PlaceRequest } from './place.ts';
import { checksHere } from './node-here.ts';
import { withPlace } from './place.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** A clean folder with one commit and its dependencies, in which programs can be run that cannot get out of it. */
export interface Checkout extends Place {
  readonly commit: CommitId;
  /** How its dependencies were put there. */
  readonly install: CommandEvidence;
  /** What a person should know about that, in sentences. */
  readonly notes: readonly string[];
  /** Paths in it that Miyabi or an installation put there: never part of a change. */
  readonly placed: readonly string[];
  /** Of these, files that the user keeps beside the repository, such as `.env.test`; from the top, with a slash at the beginning. */
  readonly included: readonly string[];
  /** Everything that running checks here takes. */
  readonly setting: CheckSetting;
}

export interface CheckoutRequest {
  /** Of the folder, below the task's: a world's name, or what the folder is for. */
  readonly name: string;
  readonly commit: CommitId;
  readonly checks: PlannedChecks;
  /** What an agent needs there; nothing for a place in which only checks run. */
  readonly agent?: Pick<PlaceRequest, 'network' | 'readable' | 'models'>;
  /** As in {@link PlaceRequest}. */
  readonly tellsNetwork?: boolean;
  readonly independent?: boolean;
  /** Told what a person should know that came to light after `use` had ended. */
  readonly onWarning?: (sentence: string) => void;
}

const gigabyte = 1_000_000_000;

/** Makes a checkout, hands it to `use`, and takes it away again however that ends. Leftovers of an earlier attempt go first. */
export async function withCheckout<Result>(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  asked: CheckoutRequest,
  use: (checkout: Checkout) => Promise<Result>,
): Promise<Result> {
  const request = { ...asked, checks: await checksHere(tools, context, asked.checks) };
  const { name, commit } = request;
  const { node, plan } = request.checks;
  const { repository, base, config } = runOf(context);
  const ready = await readyFor(tools, context, request);
  const { tellsNetwork = false, independent = false } = request;
  return await withPlace(
    tools,
    context,
    { name, commit, node, layers: ready.layers, network: [], ...request.agent, tellsNetwork, independent },
    async (place) => {
      // What the base asks for: a change does not choose which files of the user's it is given. Beside a remote there are none.
      const included =
        repository.kind === 'remote'
          ? []
          : await includeFiles(tools, {
              root: repository.root,
              commit: base.commit,
              tree: place.folder.tree,
              mirrorPath: tools.state.mirror(runOf(context).repositoryId),
            });
      const settled = await settle(tools, context, request, { place, ready });
      const { folder, environment, sandbox } = place;
      const signal = untilStopped(context.signal, sandbox.stopped);
      const script = { folder, environment, timeoutMs: plan.timeoutMs };
      // Unlike the folders of the checkout they are there when somebody reads why it went wrong.
      const logOf = (part: string): string => tools.state.log(context.jobId, shortId(context.taskId), `${name}-${part}`);
      const notes = [...settled.notes];
      try {
        const added = await runSetup(sandbox, { ...script, signal, command: config.worlds.setup, logFile: logOf('setup') });
        const placed = [...settled.installed, ...included, ...added];
        await notePlaced(folder, placed);
        const setting = settingOf(context, request, { place, signal });
        return await use({ ...place, commit, install: settled.install, notes, placed, included, setting });
      } finally {
        const { teardown: command } = config.worlds;
        const teardown = { ...script, signal: context.signal, command, logFile: logOf('teardown') };
        const warning = await takeDown(place, teardown);
        if (warning !== undefined) request.onWarning?.(warning);
      }
    },
  );
}

/** Where a world was stopped nothing runs any more; what it had set up is taken down within walls of its own. */
async function takeDown(place: Place, teardown: ScriptRequest): Promise<string | undefined> {
  if (teardown.command === undefined || !place.sandbox.stopped.aborted) return await runTeardown(place.sandbox, teardown);
  return await place.reaching([], async (other) => await runTeardown(other, teardown));
}

/** Sees to it that the layer of what the commit depends on is there, before there is a checkout. */
async function readyFor(tools: WorkflowTools, context: TaskContext<unknown>, request: CheckoutRequest): Promise<ReadyDependencies> {
  const { dependencies } = runOf(context).config;
  const { plan, node } = request.checks;
  const mirror = await openMirror(tools, context);
  const planned = await tools.plans.of(mirror, request.commit, {
    install: plan.install,
    nodeVersion: node.version,
    platform: tools.host.platform,
    installScripts: dependencies.installScripts,
    registries: await knownRegistries(tools.host.environment),
    at: tools.clock.now(),
    ...(dependencies.inputs === undefined ? {} : { inputs: dependencies.inputs }),
    ...(dependencies.outputs === undefined ? {} : { outputs: dependencies.outputs }),
  });
  const folder = tools.state.world(context.jobId, shortId(context.taskId), request.name);
  const world = { host: tools.host.environment, nodePath: node.path, folder, run: '', task: '', world: request.name };
  return await readyDependencies(
    {
      process: tools.processes,
      locks: tools.locks,
      workspaces: tools.workspaces,
      withBuildingPlace: buildingPlaces(tools, context, request),
    },
    {
      layers: tools.state.layers,
      at: tools.clock.now(),
      usersEnvironment: installEnvironments({ ...world, installScripts: dependencies.installScripts })['does-not-run'],
      timeoutMs: plan.timeoutMs,
      signal: context.signal,
    },
    planned,
  );
}

/** Where foreign code takes part in an installation: a place like a world's, from which the registries can be reached and nothing else. */
function buildingPlaces(tools: WorkflowTools, context: TaskContext<unknown>, request: CheckoutRequest): WithBuildingPlace {
  const { installScripts } = runOf(context).config.dependencies;
  return async (use) => {
    const network = await registryHosts(tools.host.environment, request.checks.plan.ecosystem);
    const place = { name: `${request.name}-install`, commit: request.commit, node: request.checks.node, layers: [], network };
    return await withPlace(tools, context, place, async ({ folder, world, sandbox }) => {
      const environment = { ...installEnvironments({ ...world, installScripts }).runs, ...sandbox.environment };
      return await use({ folder, environment, process: sandbox.process });
    });
  };
}

async function settle(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  request: CheckoutRequest,
  { place, ready }: { readonly place: Place; readonly ready: ReadyDependencies },
): Promise<SettledDependencies> {
  const { installScripts } = runOf(context).config.dependencies;
  const { timeoutMs } = request.checks.plan;
  const settling = { folder: place.folder, timeoutMs, signal: untilStopped(context.signal, place.sandbox.stopped) };
  if (ready.rest.kind !== 'install') return await settleDependencies(place.sandbox, { ...settling, environment: place.environment }, ready);
  return await place.reaching(await registryHosts(tools.host.environment, request.checks.plan.ecosystem), async (sandbox) => {
    const environment = { ...installEnvironments({ ...place.world, installScripts }).runs, ...sandbox.environment };
    const signal = untilStopped(context.signal, sandbox.stopped);
    return await settleDependencies(sandbox, { ...settling, signal, environment }, ready);
  });
}

function settingOf(
  context: TaskContext<unknown>,
  { checks }: CheckoutRequest,
  { place: { folder, environment, sandbox }, signal }: { readonly place: Place; readonly signal: AbortSignal },
): CheckSetting {
  return {
    plan: checks.plan,
    directory: folder.tree,
    reportDirectory: folder.context,
    environment,
    process: sandbox.process,
    limits: limitsOf(runOf(context).config),
    signal,
  };
}

/** What each single process of a world may use. */
function limitsOf({ limits }: Config): ProcessLimits {
  return { cpuSeconds: limits.cpuMinutes * 60, fileBytes: limits.fileGigabytes * gigabyte, openFiles: limits.openFiles };
}
