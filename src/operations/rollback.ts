import type { Release } from '../domain/deployment.ts';
import { releaseName } from '../domain/deployment.ts';
import { Failure } from '../domain/failure.ts';
import { startingPlace } from './deploy.ts';
import type { DeployPlace } from './deploy-place.ts';
import { deployPlace } from './deploy-place.ts';
import { environmentNamed, refuseBlocked, refuseHeld, refuseOpen, releaseNumbered } from './may-go-out.ts';
import type { PreparedDeployment } from './submit-deployment.ts';
import type { OperationTools } from './tools.ts';

/** What a person asks for. */
export interface RollbackRequest {
  /** As of `DeployRequest`. */
  readonly repository: string;
  /** The last one of the project when absent. */
  readonly environment: string | undefined;
  /** The last that was good before the one that serves, when absent. */
  readonly release: number | undefined;
}

/** More deployments of an environment are not looked at for a good one. */
const mostDeployments = 500;

/**
 * Looks at everything that could refuse to put an earlier release back in one environment. Nothing is stored, and no target is touched.
 *
 * @throws Failure as `prepareDeployment`, and (notFoundOrLocked) where nothing serves, or nothing good is known from before.
 */
export async function prepareRollback(tools: OperationTools, request: RollbackRequest): Promise<PreparedDeployment> {
  const at = await deployPlace(tools, request.repository);
  const last = at.project.environments.at(-1)!.name;
  const { name: environment, smoke } = environmentNamed(at.project, request.environment ?? last);
  const open = await refuseOpen(tools, at, smoke !== undefined);
  await refuseHeld(tools, at, [environment]);
  const serving = await tools.ledger.deployments.serving(at.repositoryId, environment);
  const release =
    request.release === undefined ? await lastGood(tools, at, environment, serving) : await releaseNumbered(tools, at, request.release);
  const name = releaseName(release);
  if (release.number === serving?.number) throw servesAlready(environment, name);
  await refuseBlocked(tools, at, release.commit, name);
  const start = await startingPlace(tools, at, undefined);
  const title = (await start.mirror.titles([release.commit])).get(release.commit);
  return {
    at,
    start,
    title: `Put ${name} back in ${environment}`,
    notes: [
      ...open,
      ...(serving === undefined
        ? [`Nothing is known to serve in ${environment}.`]
        : [`${releaseName(serving)} serves in ${environment} now.`]),
      `${name} is ${release.commit.slice(0, 12)}${title === undefined ? '' : `: ${title}`}`,
    ],
    what: { kind: 'release', release: release.number },
    environments: [environment],
    hotfix: false,
    rollback: true,
  };
}

/** The newest release that has proven itself there, may go out, and is not the one that serves. */
async function lastGood(
  { ledger }: Pick<OperationTools, 'ledger'>,
  { repositoryId }: DeployPlace,
  environment: string,
  serving: Release | undefined,
): Promise<Release> {
  const deployments = await ledger.deployments.latest({ repositoryId, environment }, mostDeployments);
  const proven = new Set(
    deployments.filter(({ state, release }) => state === 'live' && release !== serving?.number).map(({ release }) => release),
  );
  for (const number of proven) {
    const release = await ledger.deployments.releaseOf(repositoryId, number);
    if (release !== undefined && release.blocked === undefined) return release;
  }
  throw new Failure('notFoundOrLocked', {
    what: `There is no release to go back to in ${environment}.`,
    why:
      serving === undefined
        ? 'No release has proven itself there yet.'
        : `${releaseName(serving)} serves, and no other release that may go out has proven itself there.`,
    fix: '`miyabi releases` lists what there is; `miyabi rollback --to <release>` or `miyabi deploy --release <release>` takes one by its name.',
  });
}

function servesAlready(environment: string, name: string): Failure {
  return new Failure('notFoundOrLocked', {
    what: `${name} serves in ${environment} already.`,
    why: 'There is nothing to put back.',
    fix: `\`miyabi releases\` lists the others; \`miyabi deploy --release ${name}\` deploys it anew.`,
  });
}
