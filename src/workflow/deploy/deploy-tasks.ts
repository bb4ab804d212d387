import type { TaskSpec } from '../../domain/job.ts';
import type { RunAttributes } from '../../domain/run.ts';
import { cleanupType } from '../task-types.ts';
import { needOfDeploying } from './deploy-needs.ts';
import type { DeployPayload } from './deploy-task-types.ts';
import { deployType } from './deploy-task-types.ts';

/** What is asked for where something is deployed. */
export type DeployRequest = Pick<DeployPayload, 'what' | 'environments' | 'hotfix' | 'rollback'>;

type Run = Pick<RunAttributes, 'config' | 'repository' | 'issue'>;

/** A deployment as one task of a run. */
export function deployTask(run: Run, request: DeployRequest, dependencies: NonNullable<TaskSpec['dependencies']>): TaskSpec {
  const payload: DeployPayload = { ...request, step: { kind: 'start' }, done: [] };
  return { type: deployType.name, key: 'deploy', payload, dependencies, needs: [needOfDeploying(run)] };
}

/** The tasks of a run whose only work is a deployment. */
export function deployTasks(run: Run, request: DeployRequest): readonly TaskSpec[] {
  return [
    deployTask(run, request, []),
    { type: cleanupType.name, key: 'cleanup', payload: {}, dependencies: [{ on: 'deploy', until: 'settled' }] },
  ];
}
