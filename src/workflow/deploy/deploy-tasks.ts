import type { TaskSpec } from '../../domain/job.ts';
import { deployNeed } from '../../domain/needs.ts';
import { cleanupType } from '../task-types.ts';
import type { DeployPayload } from './deploy-task-types.ts';
import { deployType } from './deploy-task-types.ts';

/** What is asked for where something is deployed. */
export type DeployRequest = Pick<DeployPayload, 'what' | 'environments' | 'hotfix' | 'rollback'>;

/** A deployment as one task of a run. */
export function deployTask(request: DeployRequest, dependencies: NonNullable<TaskSpec['dependencies']>): TaskSpec {
  const payload: DeployPayload = { ...request, step: { kind: 'start' }, done: [] };
  return { type: deployType.name, key: 'deploy', payload, dependencies, needs: [deployNeed] };
}

/** The tasks of a run whose only work is a deployment. */
export function deployTasks(request: DeployRequest): readonly TaskSpec[] {
  return [
    deployTask(request, []),
    { type: cleanupType.name, key: 'cleanup', payload: {}, dependencies: [{ on: 'deploy', until: 'settled' }] },
  ];
}
