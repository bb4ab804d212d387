import { Failure } from '../domain/failure.ts';
import type { CommitId, RepositoryId } from '../domain/ids.ts';
import type { RepositoryPlace, RunAttributes } from '../domain/run.ts';
import { repositoryIdentity, resultBranch } from '../domain/run.ts';
import { parseRemoteUrl } from '../domain/remote-url.ts';
import type { Git, Mirror, Person, Remote } from '../ports/git.ts';
import type { OperationTools } from './tools.ts';
import type { UsableRepository } from './usable-repository.ts';
import { usableRepository } from './usable-repository.ts';

/** Where a run begins: a repository that can be worked with, a commit of it, and our mirror with that commit. */
export interface StartingPlace {
  readonly place: RepositoryPlace;
  readonly repositoryId: RepositoryId;
  readonly base: RunAttributes['base'];
  readonly author: Person | undefined;
  readonly mirror: Mirror;
  /** Where the repository's own configuration is read; at the base where that is absent. */
  readonly configuredAt?: CommitId;
  /** What the user should know of it, a sentence each. */
  readonly notes: readonly string[];
  /** @throws Failure for a result branch that cannot be made, or one to move that cannot be moved. */
  refuseBranches(template: string, into: string | undefined): Promise<void>;
}

/** What a person names. */
export interface WantedPlace {
  /** A folder, or where a remote lies. */
  readonly repository: string;
  /** A branch, a tag or a commit; what HEAD stands for when absent. */
  readonly base: string | undefined;
  /** Changes that are not committed do not matter: nothing is written there. */
  readonly onlyReads?: true;
}

/**
 * The user's own repository, on the one machine that works on it.
 *
 * @throws Failure (usage) for what is no repository, has changes that are not committed, or has no such commit.
 */
export async function localPlace(tools: OperationTools, wanted: WantedPlace): Promise<StartingPlace> {
  const git = await tools.git();
  const repository = await usableRepository(git, wanted.repository, wanted);
  const base = await localBase(git, repository, wanted.base);
  const { id } = await tools.ledger.repository(repository.root);
  return {
    place: { kind: 'local', root: repository.root },
    repositoryId: id,
    base,
    author: repository.author,
    mirror: await git.mirror(tools.state.mirror(id), repository.root, base.commit),
    notes: repository.branch === undefined && wanted.base === undefined ? ['HEAD is detached: the work starts from that commit.'] : [],
    refuseBranches: async (template, into) => await refuseLocalBranches(git, repository, template, into),
  };
}

/**
 * A repository that every worker can reach: as it is named, or the `origin` of a folder. What is only in the folder is not seen by anybody else.
 *
 * @throws Failure (usage) for what is none, or has no such branch; (configuration) for one that cannot be read.
 */
export async function remotePlace(tools: OperationTools, wanted: WantedPlace): Promise<StartingPlace> {
  const git = await tools.git();
  const folder = await git.inspect(wanted.repository);
  const url = parseRemoteUrl(folder.kind === 'repository' ? originOf(folder) : wanted.repository).url;
  const remote = git.remote(url);
  const base = await remoteBase(remote, wanted.base ?? (folder.kind === 'repository' ? folder.branch : undefined)).catch(
    (error: unknown) => {
      throw error instanceof Failure ? error : unreadable(url, error);
    },
  );
  const place: RepositoryPlace = { kind: 'remote', url };
  const { id } = await tools.ledger.repository(repositoryIdentity(place));
  const mirrorPath = tools.state.mirror(id);
  // There is no run yet: nothing is left at the remote, and whoever starts one need not be allowed to push.
  const mirror = await remote.mirror({ mirrorPath, runRefs: 'refs/miyabi/starting', base, onlyReads: true });
  await mirror.bring([base.commit]);
  return {
    place,
    repositoryId: id,
    base,
    author: folder.kind === 'repository' ? folder.author : undefined,
    mirror,
    notes: folder.kind === 'repository' ? [`Works on ${url}, from ${base.name} as it is there (${base.commit.slice(0, 8)}).`] : [],
    refuseBranches: async (template, into) => await refuseRemoteBranches(remote, template, into),
  };
}

/** What git could not do, however often it was tried. */
function unreadable(url: string, cause: unknown): Failure {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new Failure(
    'failed',
    {
      what: `${url} cannot be reached.`,
      why: `It was tried for about a minute, and the last answer was: ${said.replace(/\.$/, '')}.`,
      fix: 'See whether `git ls-remote` with this address works here; no run was started.',
    },
    { facts: { remote: url }, cause },
  );
}

function originOf({ root, origin }: UsableRepository): string {
  if (origin !== undefined) return origin;
  throw new Failure('usage', {
    what: `${root} has no remote \`origin\`.`,
    why: 'Workers on other machines cannot reach this folder: they fetch the code from where it is shared.',
    fix: 'Name the repository with --repo, such as https://example.org/team/project, or give the folder an origin and push to it.',
  });
}

async function localBase(git: Git, repository: UsableRepository, wanted: string | undefined): Promise<RunAttributes['base']> {
  if (wanted === undefined) return { commit: repository.head, name: repository.branch ?? 'detached HEAD' };
  const commit = await git.resolve(repository.root, wanted);
  if (commit !== undefined) return { commit, name: wanted };
  throw noSuchCommit(wanted, repository.root, 'Leave --base out to start from what is checked out, or fetch the branch first.');
}

async function remoteBase(remote: Remote, wanted: string | undefined): Promise<{ readonly commit: CommitId; readonly name: string }> {
  if (wanted !== undefined) {
    const commit = await remote.resolve(wanted);
    if (commit !== undefined) return { commit, name: wanted };
    throw noSuchCommit(wanted, remote.url, 'Push the branch first, or name one with --base that is there.');
  }
  const head = await remote.head();
  if (head?.branch !== undefined) return { commit: head.commit, name: head.branch };
  throw new Failure('usage', {
    what: `${remote.url} says of no branch that it is its main one.`,
    why: 'A run starts from a branch or a tag of the remote.',
    fix: 'Name one with --base.',
  });
}

function noSuchCommit(wanted: string, where: string, fix: string): Failure {
  return new Failure('usage', {
    what: `There is no commit ${JSON.stringify(wanted)} in ${where}.`,
    why: '--base takes a branch, a tag or a commit of that repository, and none has this name.',
    fix,
  });
}

async function refuseLocalBranches(git: Git, repository: UsableRepository, template: string, into: string | undefined): Promise<void> {
  refuseTemplate(template, await git.branchProblem(repository.root, example(template)));
  const folder = into === undefined ? undefined : repository.checkedOut[into];
  if (folder !== undefined) {
    throw new Failure('usage', {
      what: `--into ${into} is refused: that branch is checked out in ${folder}.`,
      why: 'Moving it would change your files under your hands.',
      fix: `Leave --into out and run \`git merge --ff-only ${resultBranch(template, '<run>')}\` yourself when the run is done.`,
    });
  }
  if (into !== undefined && (await git.resolve(repository.root, `refs/heads/${into}`)) === undefined)
    refuseInto(into, await git.branchProblem(repository.root, into));
}

async function refuseRemoteBranches(remote: Remote, template: string, into: string | undefined): Promise<void> {
  refuseTemplate(template, await remote.branchProblem(example(template)));
  if (into !== undefined && (await remote.resolve(into)) === undefined) refuseInto(into, await remote.branchProblem(into));
}

function example(template: string): string {
  return resultBranch(template, 'run_0000000000');
}

function refuseTemplate(template: string, problem: string | undefined): void {
  if (problem === undefined) return;
  throw new Failure('configuration', {
    what: `The result branch cannot be called ${example(template)}.`,
    why: problem,
    fix: 'Set branch.template to another name, such as `work/<run>`.',
  });
}

function refuseInto(into: string, problem: string | undefined): void {
  if (problem !== undefined)
    throw new Failure('usage', { what: `--into ${JSON.stringify(into)} cannot be a branch.`, why: problem, fix: 'Name another one.' });
}
