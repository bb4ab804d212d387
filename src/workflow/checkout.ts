import type { Config } from '../domain/config.ts';
import type { CommandEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import { displayId, shortId } from '../domain/ids.ts';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { CheckSetting } from '../evaluation/checks/setting.ts';
import type { ProcessLimits } from '../ports/process.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { discardWorld } from '../worlds/discard.ts';
import { installEnvironments, worldEnvironment } from '../worlds/environment.ts';
import { giveRegistries } from '../worlds/give-registries.ts';
import { prepareWorld } from '../worlds/prepare.ts';
import { seedDependencies } from '../worlds/seed.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** A clean folder with one commit and its dependencies, in which programs can be run. */
export interface Checkout {
  readonly folder: WorldFolder;
  readonly commit: CommitId;
  /** How its dependencies were put there. */
  readonly install: CommandEvidence;
  /** What a person should know about that, in sentences. */
  readonly notes: readonly string[];
  /** Everything that running checks here takes. */
  readonly setting: CheckSetting;
}

interface CheckoutRequest {
  /** Of the folder, below the task's: a world's name, or what the folder is for. */
  readonly name: string;
  readonly commit: CommitId;
  readonly checks: PlannedChecks;
}

const gigabyte = 1_000_000_000;

/** Makes a checkout, hands it to `use`, and takes it away again however that ends. Leftovers of an earlier attempt go first. */
export async function withCheckout<Result>(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  request: CheckoutRequest,
  use: (checkout: Checkout) => Promise<Result>,
): Promise<Result> {
  const run = runOf(context);
  const mirrorPath = tools.state.mirror(run.repositoryId);
  const folder = tools.state.world(context.jobId, shortId(context.taskId), request.name);
  await prepareWorld(tools, {
    folder,
    mirrorPath,
    commit: request.commit,
    repositoryId: run.repositoryId,
    jobId: context.jobId,
    at: tools.clock.now(),
    minimumFreeBytes: run.config.disk.freeGigabytes * gigabyte,
  });
  try {
    return await use(await furnish(tools, context, request, folder));
  } finally {
    await discardWorld(tools, { folder, mirrorPath });
  }
}

async function furnish(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  request: CheckoutRequest,
  folder: WorldFolder,
): Promise<Checkout> {
  const { plan, node } = request.checks;
  const { installScripts } = runOf(context).config.dependencies;
  const names = { run: displayId('run', context.jobId), task: displayId('task', context.taskId), world: request.name };
  const world = { host: tools.host.environment, nodePath: node.path, folder, ...names };
  await giveRegistries(folder, tools.host.environment);
  const { install, notes } = await seedDependencies(
    { process: tools.processes, locks: tools.locks, workspaces: tools.workspaces },
    {
      tree: folder.tree,
      install: plan.install,
      layers: tools.state.layers,
      nodeVersion: node.version,
      platform: tools.host.platform,
      environments: installEnvironments({ ...world, installScripts }),
      installScripts,
      timeoutMs: plan.timeoutMs,
      at: tools.clock.now(),
      signal: context.signal,
    },
  );
  return {
    folder,
    commit: request.commit,
    install,
    notes,
    setting: {
      plan,
      directory: folder.tree,
      reportDirectory: folder.context,
      environment: worldEnvironment(world),
      process: tools.processes,
      limits: limitsOf(runOf(context).config),
      signal: context.signal,
    },
  };
}

/** What each process of a world may use; the floor of isolation, where there is nothing stronger. */
function limitsOf({ limits }: Config): ProcessLimits {
  return { cpuSeconds: limits.cpuMinutes * 60, fileBytes: limits.fileGigabytes * gigabyte, openFiles: limits.openFiles };
}
