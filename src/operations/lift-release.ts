import { releaseName } from '../domain/deployment.ts';
import { Failure } from '../domain/failure.ts';
import type { DeployPlace } from './deploy-place.ts';
import { findRelease } from './releases.ts';
import type { OperationTools } from './tools.ts';

/** Lets a commit go out again that was blocked when a release of it was not kept. */
export interface Lifted {
  /** As people see it. */
  readonly release: string;
  readonly commit: string;
  /** Why it had been blocked. */
  readonly was: string;
}

/**
 * @param wanted as of {@link findRelease}. @param by who says so, and why; kept with the block.
 * @throws Failure as {@link findRelease}, and (notFoundOrLocked) for one that is not blocked.
 */
export async function liftRelease(
  tools: Pick<OperationTools, 'ledger' | 'clock'>,
  at: Pick<DeployPlace, 'repositoryId' | 'project'>,
  wanted: string,
  by: { readonly who: string; readonly reason: string },
): Promise<Lifted> {
  const release = await findRelease(tools, at, wanted);
  const blocked = await tools.ledger.deployments.blockOf(at.repositoryId, release.commit);
  const lifted = await tools.ledger.deployments.lift(at.repositoryId, release.commit, `${by.who}: ${by.reason}`, tools.clock.now());
  if (lifted && blocked !== undefined) return { release: releaseName(release), commit: release.commit, was: blocked.reason };
  throw new Failure('notFoundOrLocked', {
    what: `${releaseName(release)} is not blocked.`,
    why: 'It may go out as it is, or somebody else has just lifted it.',
    fix: `\`miyabi deploy --release ${releaseName(release)}\` deploys it.`,
  });
}
