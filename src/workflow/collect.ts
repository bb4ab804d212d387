import type { JobId } from '../domain/ids.ts';
import type { Engine } from '../weaver/engine.ts';
import type { CollectedFolder } from '../worlds/collect.ts';
import { collectWorlds } from '../worlds/collect.ts';
import type { WorkflowTools } from './tools.ts';

export interface Collection {
  readonly folders: readonly CollectedFolder[];
}

/** Removes what one run has on the disk; the caller knows that nothing of it is at work any more. */
export async function collectRun(tools: WorkflowTools, run: JobId): Promise<Collection> {
  const folders = await collectWorlds(tools, {
    state: tools.state,
    only: run,
    isOpen: async (job) => await Promise.resolve(job !== run),
    openRuns: [],
    dryRun: false,
  });
  return { folders };
}

/** Removes what runs that have ended left on the disk, and what no record knows. */
export async function collectFolders(
  tools: WorkflowTools,
  engine: Engine,
  options: { readonly dryRun: boolean; readonly only?: JobId },
): Promise<Collection> {
  const open = await engine.jobs({ open: true });
  const openRuns = open.map((job) => job.id);
  const folders = await collectWorlds(tools, {
    ...options,
    state: tools.state,
    openRuns,
    isOpen: async (job) => await Promise.resolve(openRuns.includes(job)),
  });
  return { folders };
}
