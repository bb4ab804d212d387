import { Failure } from '../../domain/failure.ts';
import { releaseName } from '../../domain/deployment.ts';
import type { BuiltRelease } from '../../domain/deployment.ts';
import type { DeployableRelease } from '../../ports/deployer.ts';
import type { WorkflowTools } from '../tools.ts';
import type { AtTarget } from './at-target.ts';

/**
 * A release as the target of a step is given it, with its secrets.
 * @param files `checked` against their digest, which reads them all; `known` where an earlier step of the deployment has placed them.
 * @throws Failure (failed) where it was never built, or its folder has gone.
 */
export async function deployable(
  { ledger }: Pick<WorkflowTools, 'ledger'>,
  { deploying, environment, place: { repositoryId } }: AtTarget,
  number: number,
  files: 'checked' | 'known',
): Promise<DeployableRelease> {
  const release = await ledger.deployments.releaseOf(repositoryId, number);
  const isThere = async ({ folder, digest }: BuiltRelease): Promise<boolean> =>
    files === 'known' || (await deploying.releases.has(folder, digest));
  if (release?.built === undefined || !(await isThere(release.built))) {
    throw new Failure('failed', {
      what: `${releaseName({ number })} is not on this machine.`,
      why: release?.built === undefined ? 'It was never built to its end.' : `Its folder ${release.built.folder} is not there.`,
      fix: 'Deploy its commit anew: `miyabi deploy --commit <commit>`.',
    });
  }
  const { folder, digest } = release.built;
  return { number, commit: release.commit, folder, digest, environment: deploying.releaseEnvironment(environment) };
}
