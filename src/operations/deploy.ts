import type { DeployProject } from '../domain/config-deploy.ts';
import { releaseName } from '../domain/deployment.ts';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import { asCommitId } from '../domain/ids.ts';
import type { RepositoryPlace } from '../domain/run.ts';
import { repositoryIdentity } from '../domain/run.ts';
import { needOfDeploying } from '../workflow/deploy/deploy-needs.ts';
import type { DeployPlace } from './deploy-place.ts';
import { deployPlace } from './deploy-place.ts';
import { environmentNamed, refuseBlocked, refuseHeld, refuseOpen, releaseNumbered } from './may-go-out.ts';
import type { StartingPlace } from './starting-place.ts';
import { localPlace, remotePlace } from './starting-place.ts';
import type { PreparedDeployment } from './submit-deployment.ts';
import type { OperationTools } from './tools.ts';

/** What a person asks for. */
export interface DeployRequest {
  /** A folder inside the repository, its address, or `owner/name` at a forge. */
  readonly repository: string;
  /** A release that was built before; else a branch, a tag or a commit; else what HEAD stands for. */
  readonly what: { readonly release: number } | { readonly revision: string | undefined };
  /** It goes through all environments up to this one; the last one when absent. */
  readonly environment: string | undefined;
  /** Leaves out the environments that are skipped where something has to go out at once. */
  readonly hotfix: boolean;
}

/**
 * Looks at everything that could refuse a deployment. Nothing is stored, and no target is touched.
 *
 * @throws Failure: configuration (no project means the repository, or it takes walls that are not here), usage (environment, commit), notFoundOrLocked (no such release, a blocked
 * commit, an environment that another deployment holds).
 */
export async function prepareDeployment(tools: OperationTools, request: DeployRequest): Promise<PreparedDeployment> {
  const at = await deployPlace(tools, request.repository);
  const environments = environmentsUpTo(at.project, request.environment, request.hotfix);
  const smokes = environments.some((name) => environmentNamed(at.project, name).smoke !== undefined);
  const open = await refuseOpen(tools, at, 'revision' in request.what || smokes);
  const { start, commit, release } = await beginning(tools, at, request.what);
  const title = (await start.mirror.titles([commit])).get(commit);
  const name = release === undefined ? commit.slice(0, 12) : releaseName({ number: release });
  await refuseBlocked(tools, at, commit, name);
  await refuseHeld(tools, at, environments);
  return {
    at,
    start,
    title: `Deploy ${name} to ${environments.join(', then ')}`,
    notes: [
      `${name === commit.slice(0, 12) ? name : `${name} is ${commit.slice(0, 12)}`}${title === undefined ? '' : `: ${title}`}`,
      ...start.notes,
      ...open,
      ...(await whoDeploys(tools, at)),
    ],
    what: release === undefined ? { kind: 'commit', commit } : { kind: 'release', release },
    environments,
    hotfix: request.hotfix,
    rollback: false,
  };
}

/** A name stands for the way to it: what has not proven itself in staging does not go to production. */
function environmentsUpTo(project: DeployProject, name: string | undefined, hotfix: boolean): readonly string[] {
  const { environments } = project;
  const last = name === undefined ? environments.length - 1 : environments.indexOf(environmentNamed(project, name));
  return environments
    .slice(0, last + 1)
    .filter(({ skippedByHotfix }, index) => index === last || !hotfix || skippedByHotfix === false)
    .map((environment) => environment.name);
}

interface Beginning {
  readonly start: StartingPlace;
  readonly commit: CommitId;
  readonly release: number | undefined;
}

async function beginning(tools: OperationTools, at: DeployPlace, what: DeployRequest['what']): Promise<Beginning> {
  if ('revision' in what) return { ...(await atRevision(tools, at, what.revision)), release: undefined };
  const { commit, number } = await releaseNumbered(tools, at, what.release);
  return { start: await startingPlace(tools, at, undefined), commit, release: number };
}

/** Where a run that only deploys begins: at the commit where it can be named, else at HEAD. */
export async function startingPlace(
  tools: OperationTools,
  { place, named }: DeployPlace,
  base: string | undefined,
): Promise<StartingPlace> {
  if (place.kind === 'local') return await localPlace(tools, { repository: place.root, base, onlyReads: true });
  return await remotePlace(tools, { repository: named, base });
}

async function atRevision(tools: OperationTools, at: DeployPlace, revision: string | undefined): Promise<Omit<Beginning, 'release'>> {
  const commit = revision === undefined || at.place.kind === 'local' ? undefined : asCommitId(revision);
  if (commit === undefined) {
    if (revision !== undefined && (await resolved(tools, at.place, revision)) === undefined)
      throw noSuchCommit(revision, repositoryIdentity(at.place));
    const start = await startingPlace(tools, at, revision);
    return { start, commit: start.base.commit };
  }
  // A remote tells the commits of its branches and tags alone: another one has to be a part of the history that was brought.
  const start = await startingPlace(tools, at, undefined);
  const isHere = (await start.mirror.titles([commit])).has(commit);
  if (!isHere || !(await start.mirror.isAncestor(commit, start.base.commit)))
    throw noSuchCommit(commit, `the history of ${start.base.name}`);
  return { start, commit };
}

async function resolved({ git }: OperationTools, place: RepositoryPlace, revision: string): Promise<CommitId | undefined> {
  const opened = await git();
  return place.kind === 'local' ? await opened.resolve(place.root, revision) : await opened.remote(place.url).resolve(revision);
}

function noSuchCommit(wanted: string, where: string): Failure {
  return new Failure('usage', {
    what: `There is no commit ${JSON.stringify(wanted)} in ${where}.`,
    why: '--commit takes a branch, a tag or a commit of the repository, and none has this name.',
    fix: 'Leave --commit out for what is checked out, or push or fetch the branch first.',
  });
}

/** Where other machines take the tasks, one has to be there that deploys this project. */
async function whoDeploys({ sharing, engine }: OperationTools, { config, place }: DeployPlace): Promise<readonly string[]> {
  if (!sharing) return [];
  const need = needOfDeploying({ config, repository: place });
  const workers = await engine.workers();
  return workers.some(({ alive, labels }) => alive && labels?.includes(need) === true)
    ? []
    : ['No worker deploys it at the moment: it waits until one with this project in its `deploy.projects` is there.'];
}
