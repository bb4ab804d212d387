import { parseAllowedAddress } from '../domain/allowed-address.ts';
import type { AllowedAddress } from '../domain/allowed-address.ts';
import type { Config } from '../domain/config.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId, shortId } from '../domain/ids.ts';
import { authorOf } from '../domain/issue.ts';
import { chooseIsolation } from '../domain/isolation.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { GatewayRequest } from '../ports/gateway.ts';
import type { Sandbox, SandboxRequest, WorldLimits } from '../ports/sandbox.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { discardWorld } from '../worlds/discard.ts';
import type { WorldEnvironmentRequest } from '../worlds/environment.ts';
import { worldEnvironment } from '../worlds/environment.ts';
import { giveRegistries } from '../worlds/give-registries.ts';
import { prepareWorld } from '../worlds/prepare.ts';
import { reserveSlot } from '../worlds/slot.ts';
import { keepIncidents } from './incidents.ts';
import { openMirror } from './open-mirror.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** One commit in a folder of its own, and the walls in which programs run there. */
export interface Place {
  readonly folder: WorldFolder;
  readonly workspace: Workspace;
  readonly sandbox: Sandbox;
  /** From which the whole environment of the programs was made. */
  readonly world: WorldEnvironmentRequest;
  readonly environment: Readonly<Record<string, string>>;
  /** Lets something reach more addresses than the place's own programs may: the same folders, within walls of their own. */
  reaching<Result>(network: readonly AllowedAddress[], use: (sandbox: Sandbox) => Promise<Result>): Promise<Result>;
}

export interface PlaceRequest {
  /** Of the folder, below the task's: a world's name, or what the folder is for. */
  readonly name: string;
  readonly commit: CommitId;
  readonly node: PlannedChecks['node'];
  readonly layers: readonly string[];
  /** Beside what the configuration allows. */
  readonly network: readonly AllowedAddress[];
  /** Beside the system's programs and our own: those of an agent. */
  readonly readable?: readonly string[];
  /** Models that programs may use without their keys. */
  readonly models?: GatewayRequest;
  /** As in {@link SandboxRequest}. */
  readonly tellsNetwork?: boolean;
  /** Whether its git shows what the commit rests on and nothing else: what other worlds have made is none of an agent's business. */
  readonly independent?: boolean;
}

const gigabyte = 1_000_000_000;
const gibibyte = 1024 ** 3;

/** Makes a place, hands it to `use`, and takes it away again however that ends. What an earlier attempt left goes first. */
export async function withPlace<Result>(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  request: PlaceRequest,
  use: (place: Place) => Promise<Result>,
): Promise<Result> {
  const run = runOf(context);
  const mirrorPath = tools.state.mirror(run.repositoryId);
  const folder = tools.state.world(context.jobId, shortId(context.taskId), request.name);
  const mirror = await openMirror(tools, context);
  // Workspaces work with the mirror by its path.
  await mirror.bring([request.commit, run.base.commit]);
  if (request.independent === true) await mirror.keepInPacks(request.commit);
  await tools.owner.hold();
  const workspace = await prepareWorld(tools, {
    folder,
    mirrorPath,
    commit: request.commit,
    near: run.base.commit,
    layers: request.layers,
    repositoryId: run.repositoryId,
    jobId: context.jobId,
    owner: tools.owner.name,
    at: tools.clock.now(),
    minimumFreeBytes: run.config.disk.freeGigabytes * gigabyte,
  });
  const incidents = keepIncidents(tools, context);
  const open = async (name: string, network: readonly AllowedAddress[]): Promise<Sandbox> =>
    await openSandbox(tools, context, { ...request, folder, name, network, written: workspace.written, onIncident: incidents.onIncident });
  try {
    await using sandbox = await open(request.name, request.network);
    const world = await environmentRequest(tools, context, request, folder);
    return await use({
      folder,
      workspace,
      sandbox,
      world,
      environment: { ...worldEnvironment(world), ...sandbox.environment },
      async reaching(network, within) {
        await using wider = await open(`${request.name}-reaching`, [...request.network, ...network]);
        return await within(wider);
      },
    });
  } finally {
    await discardWorld(tools, { folder, mirrorPath }).finally(() => incidents.kept());
  }
}

async function environmentRequest(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  request: PlaceRequest,
  folder: WorldFolder,
): Promise<WorldEnvironmentRequest> {
  await giveRegistries(folder, tools.host.environment);
  return {
    host: tools.host.environment,
    nodePath: request.node.path,
    folder,
    run: displayId('run', context.jobId),
    task: displayId('task', context.taskId),
    world: request.name,
    slot: await reserveSlot(tools.ledger.slots, folder.root),
  };
}

async function openSandbox(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  request: Pick<SandboxRequest, 'name' | 'network' | 'tellsNetwork' | 'onIncident' | 'written'> &
    Pick<PlaceRequest, 'independent' | 'readable' | 'models'> & { readonly folder: WorldFolder },
): Promise<Sandbox> {
  const { config, repositoryId, issue } = runOf(context);
  const { tree, context: given, home, tmp } = request.folder;
  const { level } = chooseIsolation(config.isolation, await tools.sandboxes.ladder(), authorOf(issue));
  return await tools.sandboxes.open({
    level,
    name: `${shortId(context.taskId)}-${request.name}`,
    writable: [tree, given, home, tmp],
    ...(request.written === undefined ? {} : { written: request.written }),
    protected: [`${tree}/.git`],
    readable: [
      ...objectsOf(tools.state.mirror(repositoryId), request.independent === true),
      ...tools.host.programFolders,
      ...certificatesOf(tools.host.environment),
      ...config.sandbox.readable,
      ...(request.readable ?? []),
    ],
    network: [...config.sandbox.allow.map(parseAllowedAddress), ...request.network],
    ...(request.tellsNetwork === undefined ? {} : { tellsNetwork: request.tellsNetwork }),
    ...(request.models === undefined ? {} : { models: request.models }),
    limits: limitsOfWorld(config),
    onIncident: request.onIncident,
  });
}

/** Where a world's git finds the objects of the base. */
function objectsOf(mirrorPath: string, packsAlone: boolean): readonly string[] {
  return packsAlone ? [`${mirrorPath}/objects/pack`, `${mirrorPath}/objects/info`] : [`${mirrorPath}/objects`];
}

/** What the environment of a world names, where it is there: without them its programs trust no server here. */
function certificatesOf(environment: WorkflowTools['host']['environment']): readonly string[] {
  const names = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'npm_config_cafile'];
  return names.flatMap((name) => environment[name] ?? []).filter((path) => path.startsWith('/'));
}

function limitsOfWorld({ limits }: Config): WorldLimits {
  return {
    memoryBytes: limits.memoryGigabytes * gibibyte,
    processes: limits.processes,
    cpus: limits.cpus,
    diskBytes: limits.diskGigabytes * gigabyte,
    outputBytes: limits.outputMegabytes * 1_000_000,
  };
}
