import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';
import type { DependencyPlan, DependencyRequest } from './dependency-plan.ts';
import { planDependencies, projectFiles } from './plan-dependencies.ts';

/** Plans of commits, each made once: worlds that start from one commit at the same time need the same. */
export interface DependencyPlans {
  /** As {@link planDependencies}. */
  of(mirror: Pick<Mirror, 'path' | 'readFiles' | 'objects'>, commit: CommitId, request: DependencyRequest): Promise<DependencyPlan>;
}

/** @param most plans that are remembered; a lockfile is part of one. */
export function rememberedPlans(most = 16): DependencyPlans {
  const plans = new Map<string, Promise<DependencyPlan>>();
  return {
    async of(mirror, commit, request) {
      const day = new Date(request.at).toISOString().slice(0, 10);
      const name = JSON.stringify([mirror.path, commit, { ...request, at: day }]);
      const known = plans.get(name);
      const plan = known ?? planDependencies(projectFiles(mirror, commit), request);
      // The last to be asked for is the last to be forgotten.
      plans.delete(name);
      plans.set(name, plan);
      for (const oldest of [...plans.keys()].slice(0, Math.max(0, plans.size - most))) plans.delete(oldest);
      try {
        return await plan;
      } catch (error) {
        plans.delete(name);
        throw error;
      }
    },
  };
}
