import {
  liftRelease,
  listDeployments,
  listReleases,
  readDeployment,
  startDeployment,
  startRollback,
} from '../../domain/api/deployments.ts';
import { releaseNumber } from '../../domain/deployment.ts';
import { displayId } from '../../domain/ids.ts';
import { prepareDeployment } from '../../operations/deploy.ts';
import { configuredPlace, configuredRepositories } from '../../operations/deploy-place.ts';
import { liftRelease as lift } from '../../operations/lift-release.ts';
import { findDeployment, listReleases as releasesOf, newestDeployments } from '../../operations/releases.ts';
import { prepareRollback } from '../../operations/rollback.ts';
import type { PreparedDeployment } from '../../operations/submit-deployment.ts';
import { submitDeployment } from '../../operations/submit-deployment.ts';
import type { OperationTools } from '../../operations/tools.ts';
import { findRunOf } from './find-run-of.ts';
import { pageOfList } from './page.ts';
import { orMissing } from './refusal.ts';
import type { ApiCall, ApiRoute } from './route.ts';
import { route } from './route.ts';

/** Of each repository. */
const mostReleases = 100;

/** Releases, where they serve, and how they are deployed. */
export function deploymentRoutes(tools: OperationTools): readonly ApiRoute[] {
  const findRun = findRunOf(tools);
  return [
    route(listDeployments, async ({ query }) => {
      const { environment, run } = query;
      const jobId = run === undefined ? undefined : (await findRun({ run })).id;
      const found = await newestDeployments(tools, { environment, jobId });
      return pageOfList(found, ({ startedAt, id }) => [-startedAt, id], query);
    }),
    route(readDeployment, async ({ params }) => await orMissing(findDeployment(tools, params.deployment))),
    route(listReleases, async ({ query }) => {
      const named = query.repository === undefined ? configuredRepositories(tools) : [query.repository];
      const all = await Promise.all(
        named.map(async (repository) => {
          const at = await configuredPlace(tools, repository);
          return (await releasesOf(tools, at, { limit: mostReleases })).map((release) => ({ ...release, repository }));
        }),
      );
      const newestFirst = all.flat().toSorted((one, other) => other.createdAt - one.createdAt || (keyOf(one) < keyOf(other) ? -1 : 1));
      return pageOfList(newestFirst, (release) => [-release.createdAt, keyOf(release)], query);
    }),
    route(startDeployment, async ({ body: { repository, release, commit, environment, hotfix }, caller, changeKey, cause }) => {
      const { project } = await configuredPlace(tools, repository);
      const number = release === undefined ? undefined : releaseNumber(release);
      const what = number === undefined ? { revision: commit } : { release: number };
      const prepared = await prepareDeployment(tools, { repository: project.repository, what, environment, hotfix });
      return await begun(tools, prepared, { caller, changeKey, cause });
    }),
    route(startRollback, async ({ body: { repository, environment, release }, caller, changeKey, cause }) => {
      const { project } = await configuredPlace(tools, repository);
      const number = release === undefined ? undefined : releaseNumber(release);
      const prepared = await prepareRollback(tools, { repository: project.repository, environment, release: number });
      return await begun(tools, prepared, { caller, changeKey, cause });
    }),
    route(liftRelease, async ({ params, body: { repository, reason }, caller }) => {
      const at = await configuredPlace(tools, repository);
      return { ...(await lift(tools, at, params.release, { who: caller.name, reason })), by: caller.name };
    }),
  ];
}

/** Unique among all of them. */
function keyOf({ repository, release }: { readonly repository: string; readonly release: string }): string {
  return `${repository} ${release}`;
}

type Asking = Pick<ApiCall<unknown, unknown, unknown>, 'caller' | 'changeKey' | 'cause'>;

async function begun(tools: OperationTools, prepared: PreparedDeployment, { caller, changeKey, cause }: Asking) {
  const { jobId } = await submitDeployment(tools, prepared, {
    startedBy: { how: 'service', who: caller.name },
    cause,
    ...(changeKey === undefined ? {} : { idempotencyKey: changeKey }),
  });
  const { title, environments, notes } = prepared;
  return { run: displayId('run', jobId), title, environments, notes };
}
