import { openDeploymentStates } from '../../domain/deployment.ts';
import type { Release } from '../../domain/deployment.ts';
import type { RepositoryId } from '../../domain/ids.ts';
import { hasEnded } from '../../domain/task.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Engine } from '../../weaver/engine.ts';
import { deployBuildType, deployType } from './deploy-task-types.ts';

/** Past deployments of an environment that are looked through. */
const mostLooked = 500;

/**
 * The releases whose folders are needed: in every environment that was ever deployed to what serves, the good ones that its target keeps placed (among
 * them the one that it would go back to) and those of an open deployment; of the repository the newest.
 * @param keep as the project's environments have it: releases before the one that serves.
 */
export async function neededReleases(deployments: Deployments, repositoryId: RepositoryId, keep: number): Promise<ReadonlySet<number>> {
  const newest = await deployments.releases(repositoryId, keep);
  const needed = new Set(newest.map(({ number }) => number));
  for (const environment of await deployments.environments(repositoryId)) {
    const serving = await deployments.serving(repositoryId, environment);
    if (serving !== undefined) needed.add(serving.number);
    const past = await deployments.latest({ repositoryId, environment }, mostLooked);
    const good = past.filter(({ state }) => state === 'live').map(({ release }) => release);
    for (const release of [...new Set(good)].slice(0, keep + 1)) needed.add(release);
    for (const { state, release, previous } of past) {
      if (!openDeploymentStates.some((open) => open === state)) continue;
      needed.add(release);
      if (previous !== undefined) needed.add(previous);
    }
  }
  return needed;
}

/** Whether a run that is not over yet deploys the release, or builds its commit to do so. */
export async function isAboutToGoOut(
  engine: Pick<Engine, 'jobs' | 'tasks'>,
  { repositoryId, number, commit }: Pick<Release, 'repositoryId' | 'number' | 'commit'>,
): Promise<boolean> {
  for (const { id } of await engine.jobs({ open: true, groupKey: repositoryId, limit: 1_000_000 })) {
    for (const task of await engine.tasks(id, { type: deployType.name })) {
      if (hasEnded(task)) continue;
      const { what } = deployType.payload.parse(task.payload.value);
      if (what.kind === 'release' && what.release === number) return true;
      const builds = await engine.tasks(id, { type: deployBuildType.name });
      if (builds.some(({ payload }) => deployBuildType.payload.parse(payload.value).commit === commit)) return true;
    }
  }
  return false;
}
