import type { DeploymentView, ReleaseView, SeenDeploymentView } from '../domain/api/deployments.ts';
import type { Deployment, Release } from '../domain/deployment.ts';
import { releaseNumber } from '../domain/deployment.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId, JobId, RepositoryId } from '../domain/ids.ts';
import type { DeployPlace } from './deploy-place.ts';
import { deploymentView, releaseView } from './deployment-view.ts';
import { environmentNamed, releaseNumbered } from './may-go-out.ts';
import type { OperationTools } from './tools.ts';

type Records = Pick<OperationTools, 'ledger' | 'git' | 'state'>;

/** More deployments are not looked at for what became of the releases that are listed. */
const mostDeployments = 1_000;

/**
 * The newest releases of a repository, with what became of them.
 * @param filter.environment only those that were on their way there. @throws Failure (usage) for an environment that is not configured.
 */
export async function listReleases(
  tools: Records,
  at: Pick<DeployPlace, 'repositoryId' | 'project'>,
  filter: { readonly environment?: string | undefined; readonly limit: number },
): Promise<readonly ReleaseView[]> {
  const { repositoryId, project } = at;
  const environment = filter.environment === undefined ? undefined : environmentNamed(project, filter.environment).name;
  const releases = await tools.ledger.deployments.releases(repositoryId, filter.limit);
  const deployments = await tools.ledger.deployments.latest(
    { repositoryId, ...(environment === undefined ? {} : { environment }) },
    mostDeployments,
  );
  const shown = releases.filter(({ number }) => environment === undefined || deployments.some(({ release }) => release === number));
  const names = environment === undefined ? project.environments.map(({ name }) => name) : [environment];
  return await withAll(tools, { repositoryId, releases: shown, deployments, environments: names });
}

/** One release with all its deployments, newest first, and all that was seen of them. */
export interface SeenRelease {
  readonly release: ReleaseView;
  readonly deployments: readonly SeenDeploymentView[];
}

/** @param wanted `r12`, or the beginning of a commit of seven digits and more. @throws Failure as {@link findRelease}. */
export async function seenRelease(tools: Records, at: Pick<DeployPlace, 'repositoryId' | 'project'>, wanted: string): Promise<SeenRelease> {
  const { repositoryId, project } = at;
  const release = await findRelease(tools, at, wanted);
  const all = await tools.ledger.deployments.latest({ repositoryId }, mostDeployments);
  const own = all.filter((deployment) => deployment.release === release.number);
  const environments = project.environments.map(({ name }) => name);
  const [view] = await withAll(tools, { repositoryId, releases: [release], deployments: own, environments });
  if (view === undefined) throw new Error('a release has a view');
  return { release: view, deployments: await Promise.all(own.map(async (one) => await seen(tools, one, release.commit))) };
}

/** @throws Failure: usage for what names none, notFoundOrLocked for what is not there. */
export async function findRelease(
  tools: Pick<OperationTools, 'ledger'>,
  at: Pick<DeployPlace, 'repositoryId' | 'project'>,
  wanted: string,
): Promise<Release> {
  const number = releaseNumber(wanted);
  if (number !== undefined) return await releaseNumbered(tools, at, number);
  const isCommit = /^[0-9a-f]{7,64}$/.test(wanted);
  const found = isCommit
    ? (await tools.ledger.deployments.releases(at.repositoryId, mostDeployments)).find(({ commit }) => commit.startsWith(wanted))
    : undefined;
  if (found !== undefined) return found;
  throw new Failure(isCommit ? 'notFoundOrLocked' : 'usage', {
    what: isCommit ? `No release was made of ${wanted}.` : `${JSON.stringify(wanted)} names no release.`,
    why: 'A release is named by its number, such as r12, or by its commit.',
    fix: '`miyabi releases` lists them.',
  });
}

/** The newest deployments of all repositories, newest first. */
export async function newestDeployments(
  { ledger }: Pick<OperationTools, 'ledger'>,
  { environment, jobId }: { readonly environment: string | undefined; readonly jobId: JobId | undefined },
): Promise<readonly DeploymentView[]> {
  const filter = { ...(environment === undefined ? {} : { environment }), ...(jobId === undefined ? {} : { jobId }) };
  const found = await ledger.deployments.latest(filter, mostDeployments);
  const commits = new Map<string, Promise<Release | undefined>>();
  return await Promise.all(
    found.map(async (deployment) => {
      const { repositoryId, release } = deployment;
      const key = `${repositoryId} ${release}`;
      const known = commits.get(key) ?? ledger.deployments.releaseOf(repositoryId, release);
      commits.set(key, known);
      return deploymentView(deployment, (await known)?.commit);
    }),
  );
}

/** One deployment with all that was seen of it. @throws Failure (notFoundOrLocked) for none. */
export async function findDeployment(tools: Pick<OperationTools, 'ledger'>, id: string): Promise<SeenDeploymentView> {
  const deployment = await tools.ledger.deployments.one(id);
  if (deployment === undefined) {
    throw new Failure('notFoundOrLocked', {
      what: `There is no deployment ${id}.`,
      why: 'None has this id.',
      fix: '`miyabi releases show <release>` tells of all of a release.',
    });
  }
  const release = await tools.ledger.deployments.releaseOf(deployment.repositoryId, deployment.release);
  return await seen(tools, deployment, release?.commit);
}

async function seen(
  { ledger }: Pick<OperationTools, 'ledger'>,
  deployment: Deployment,
  commit: CommitId | undefined,
): Promise<SeenDeploymentView> {
  return { ...deploymentView(deployment, commit), notes: [...(await ledger.deployments.notes(deployment.id))] };
}

interface Listed {
  readonly repositoryId: RepositoryId;
  readonly releases: readonly Release[];
  /** Newest first. */
  readonly deployments: readonly Deployment[];
  /** Of which it is told what serves. */
  readonly environments: readonly string[];
}

async function withAll(tools: Records, { repositoryId, releases, deployments, environments }: Listed): Promise<readonly ReleaseView[]> {
  const titles = await titlesOf(tools, repositoryId, releases);
  const serving = await Promise.all(environments.map(async (name) => ({ name, release: await servesIn(tools, repositoryId, name) })));
  return releases.map((release) =>
    releaseView(release, {
      title: titles.get(release.commit),
      serves: serving.filter((one) => one.release === release.number).map(({ name }) => name),
      deployments: deployments.filter((deployment) => deployment.release === release.number),
    }),
  );
}

/** What serves in an environment as far as is recorded: one that is watched serves already. */
async function servesIn({ ledger }: Records, repositoryId: RepositoryId, environment: string): Promise<number | undefined> {
  const [last] = await ledger.deployments.latest({ repositoryId, environment }, 1);
  return last?.state === 'watching' ? last.release : (await ledger.deployments.serving(repositoryId, environment))?.number;
}

/** From our own copy of the repository, where this machine has one: nothing is fetched to show a list. */
async function titlesOf(tools: Records, repositoryId: RepositoryId, releases: readonly Release[]): Promise<ReadonlyMap<CommitId, string>> {
  if (releases.length === 0) return new Map();
  try {
    const mirror = await (await tools.git()).open(tools.state.mirror(repositoryId));
    return await mirror.titles(releases.map(({ commit }) => commit));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return new Map();
  }
}
