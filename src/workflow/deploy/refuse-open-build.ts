import type { DeployProject } from '../../domain/config-deploy.ts';
import { mustBeWalled, refuseWithoutWalls } from '../../domain/deploy-walls.ts';
import type { RunAttributes } from '../../domain/run.ts';
import type { WorkflowTools } from '../tools.ts';

/**
 * Asked before anything of the project is executed on the machine that deploys it.
 * @throws Failure (configuration) where that would be without walls, beside secrets.
 */
export async function refuseOpenBuild(
  { sandboxes }: { readonly sandboxes: Pick<WorkflowTools['sandboxes'], 'ladder'> },
  { config: { isolation } }: Pick<RunAttributes, 'config'>,
  project: DeployProject,
): Promise<void> {
  if (mustBeWalled({ project, isolation })) refuseWithoutWalls({ project, isolation }, await sandboxes.ladder());
}
