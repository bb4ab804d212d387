import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { DependencyPlan, DependencyRequest } from './dependency-plan.ts';
import { planDependencies, projectFiles } from './plan-dependencies.ts';
import { remember } from './remember.ts';

/** Plans of commits, each made once: worlds that start from one commit at the same time need the same. */
export interface DependencyPlans {
  /** As {@link planDependencies}. */
  of(mirror: Pick<Mirror, 'path' | 'readFiles' | 'objects'>, commit: CommitId, request: DependencyRequest): Promise<DependencyPlan>;
}

/** @param most plans that are remembered; a lockfile is part of one. */
export function rememberedPlans(most = 16): DependencyPlans {
  const once = remember<DependencyPlan>(most);
  return {
    async of(mirror, commit, request) {
      const day = new Date(request.at).toISOString().slice(0, 10);
      const name = JSON.stringify([mirror.path, commit, { ...request, at: day }]);
      return await once(name, async () => await planDependencies(projectFiles(mirror, commit), request));
    },
  };
}
