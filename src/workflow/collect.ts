import type { JobId, RepositoryId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { Engine, JobView } from '../weaver/engine.ts';
import { collectBases } from '../worlds/collect-bases.ts';
import { collectLayers } from '../worlds/collect-layers.ts';
import { collectLogs } from '../worlds/collect-logs.ts';
import { collectMirrors } from '../worlds/collect-mirrors.ts';
import { collectRemotes } from '../worlds/collect-remotes.ts';
import { collectWorlds } from '../worlds/collect.ts';
import type { CollectedFolder, RunRecords, RunState } from '../worlds/collected.ts';
import { keptUnused } from '../worlds/collected.ts';
import { recoverWorlds } from '../worlds/recover.ts';
import { collectReleases } from './deploy/collect-releases.ts';
import type { WorkflowTools } from './tools.ts';

export interface Collection {
  readonly folders: readonly CollectedFolder[];
  /** What was done about worlds whose process had died, a sentence each. */
  readonly recovered: readonly string[];
}

export interface CollectionRequest {
  readonly dryRun: boolean;
  /** Limits it to the folders of one run. */
  readonly only?: JobId;
  /** What worlds are made from goes when nothing has used it for so long, in ms; as configured, when absent. */
  readonly unusedMs?: number;
  /** What is configured for checkouts and releases, in ms. */
  readonly checkoutsMs: number;
  /** Releases that are kept of a repository, by its path or address, as configured. */
  readonly keptReleases: (root: string) => number;
}

/** Removes what one run has on the disk; the caller knows that nothing of it is at work any more. */
export async function collectRun(tools: WorkflowTools, run: JobId): Promise<Collection> {
  const stateIf = async (isIt: boolean): Promise<RunState> => {
    return await Promise.resolve(isIt ? { kind: 'ended', at: tools.clock.now() } : { kind: 'open' });
  };
  const runs = {
    byId: async (job: JobId) => await stateIf(job === run),
    byName: async (shown: string) => await stateIf(shown === displayId('run', run)),
  };
  return { folders: await collectWorlds(tools, { state: tools.state, only: run, runs, dryRun: false }), recovered: [] };
}

/**
 * Removes what runs that have ended left on the disk, and what no record knows. What runs leave on purpose, their worlds'
 * commits and logs, stays for 30 days after their end; what worlds are made from, for as long as `options` says after its last use;
 * releases, for as long after they were built, and while they are needed.
 */
export async function collectFolders(tools: WorkflowTools, engine: Engine, options: CollectionRequest): Promise<Collection> {
  const now = tools.clock.now();
  const request = { ...options, state: tools.state, runs: recordsOf(engine), now };
  const recovered = options.dryRun || options.only !== undefined ? [] : await recoverWorlds(tools, now);
  const worlds = await collectWorlds(tools, request);
  if (options.only !== undefined) return { folders: worlds, recovered };
  const kept = keptUnused(options.checkoutsMs, options.unusedMs);
  const mirrors = await collectMirrors(tools, request);
  const remotes = await collectRemotes(tools, request);
  const bases = await collectBases(tools, { ...request, keptMs: kept.checkoutsMs });
  const layers = await collectLayers(tools, { ...request, keptMs: kept.layersMs });
  const logs = await collectLogs(tools, request);
  const releases = await collectReleases(tools, { ...request, engine, keptMs: kept.checkoutsMs });
  const artifacts = options.dryRun ? [] : await collectArtifacts(tools);
  return { folders: [...worlds, ...mirrors, ...remotes, ...bases, ...layers, ...logs, ...releases, ...artifacts], recovered };
}

/** Large values whose time is over. They lie in one store: as one place. */
async function collectArtifacts({ artifacts, state }: WorkflowTools): Promise<readonly CollectedFolder[]> {
  const { removed, bytes } = await artifacts.collect();
  return removed === 0 ? [] : [{ path: state.artifacts, bytes, why: `${removed} artifacts have expired` }];
}

function recordsOf(engine: Engine): RunRecords {
  return {
    byId: async (job) => stateOf(await engine.status(job)),
    byName: async (shown) => stateOf((await engine.findJobs(shown)).find(({ id }) => displayId('run', id) === shown)),
    async openRepositories() {
      const open = await engine.jobs({ open: true, limit: 1_000_000 });
      // A run's group is its repository.
      return new Set(open.flatMap(({ groupKey }) => (groupKey === undefined ? [] : [groupKey as RepositoryId])));
    },
  };
}

function stateOf(job: JobView | undefined): RunState {
  if (job === undefined) return { kind: 'unknown' };
  return job.endedAt === undefined ? { kind: 'open' } : { kind: 'ended', at: job.endedAt };
}
