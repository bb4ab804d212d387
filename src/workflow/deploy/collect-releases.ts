import type { StateFolder } from '../../domain/state-folder.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Workspaces } from '../../ports/workspace.ts';
import type { Engine } from '../../weaver/engine.ts';
import { collectReleaseFolders } from '../../worlds/collect-release-folders.ts';
import type { CollectedFolder } from '../../worlds/collected.ts';
import { isAboutToGoOut, neededReleases } from './needed-releases.ts';

export interface CollectReleasesRequest {
  readonly state: StateFolder;
  readonly engine: Pick<Engine, 'jobs' | 'tasks'>;
  /** Epoch ms. */
  readonly now: number;
  /** Releases that were built less long ago stay, in ms. */
  readonly keptMs: number;
  /** Releases that are kept of a repository, by its path or address. */
  readonly keptReleases: (root: string) => number;
  /** Says what would be removed and removes nothing. */
  readonly dryRun: boolean;
}

/** Removes the folders of releases that no environment and no open run needs any more. */
export async function collectReleases(
  {
    ledger,
    workspaces,
  }: { readonly ledger: Pick<Ledger, 'repositoryById' | 'deployments'>; readonly workspaces: Pick<Workspaces, 'clear'> },
  { engine, keptReleases, ...request }: CollectReleasesRequest,
): Promise<readonly CollectedFolder[]> {
  const { deployments } = ledger;
  const releases = {
    one: async (...of: Parameters<typeof deployments.releaseOf>) => await deployments.releaseOf(...of),
    needed: async (id: Parameters<typeof deployments.releaseOf>[0]) => {
      const repository = await ledger.repositoryById(id);
      return repository === undefined ? new Set<number>() : await neededReleases(deployments, id, keptReleases(repository.root));
    },
    isAboutToGoOut: async (release: Parameters<typeof isAboutToGoOut>[1]) => await isAboutToGoOut(engine, release),
  };
  return await collectReleaseFolders({ releases, workspaces }, request);
}
