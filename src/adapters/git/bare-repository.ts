import type { CommitId } from '../../domain/ids.ts';
import { asCommitId } from '../../domain/ids.ts';
import type { Locks } from '../../ports/lock.ts';
import type { ProcessRunner } from '../../ports/process.ts';
import { badFormOf } from './branch-problem.ts';
import { createBareRepository } from './create-bare-repository.ts';
import type { FirstCommit } from './create-bare-repository.ts';
import type { GitCommand } from './git-command.ts';
import { createGitCommand } from './git-command.ts';
import { mergeCommits } from './merge-commits.ts';
import type { MergeRequest, MergedCommits } from './merge-commits.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { toolsOf } from './mirror-tools.ts';
import { listRefs, readRef, updateRef } from './refs.ts';
import { retryLocked } from './retry-locked.ts';
import { withRetriedWrites } from './retry-vanished.ts';

/**
 * A bare repository that people push to, on this machine: not one of our mirrors. Its configuration is theirs; nothing that it names is run, and no
 * hook of it. Whoever writes here holds a lock of their own around the writing; pushes of others may come between, so a branch only moves from where
 * it was looked at.
 */
export interface BareRepository {
  /** The commit of a branch; undefined where there is none, and for what cannot be the name of one. */
  head(branch: string): Promise<CommitId | undefined>;
  branches(): Promise<ReadonlyMap<string, CommitId>>;
  /** Whether `commit` is `of` or one that it rests on; false where either is missing. */
  isAncestor(commit: CommitId, of: CommitId): Promise<boolean>;
  /** Makes what a merge would come to; no branch moves. */
  merge(request: MergeRequest): Promise<MergedCommits>;
  /** @returns false when the branch was not at `from` (undefined: when it existed). */
  moveBranch(branch: string, to: CommitId, from: CommitId | undefined): Promise<boolean>;
  /** Gone already is gone. */
  deleteBranch(branch: string): Promise<void>;
}

export interface BareRepositories {
  at(path: string): BareRepository;
  /** Why git would not take it as the name of a branch, in a sentence. */
  badFormOf(branch: string): Promise<string | undefined>;
  /** Makes one where there is nothing yet, with one branch. @throws Failure (usage) for a repository that it cannot begin with. */
  create(path: string, first: FirstCommit): Promise<{ readonly branch: string; readonly commit: CommitId }>;
}

export interface BarePrograms {
  readonly process: ProcessRunner;
  readonly locks: Locks;
  /** The PATH on which git is found. */
  readonly path: string;
}

export function bareRepositories(programs: BarePrograms): BareRepositories {
  const git = createGitCommand(programs);
  return {
    at: (path) => bareRepository({ ...programs, git }, path),
    badFormOf: (branch) => badFormOf(git, branch),
    create: (path, first) => createBareRepository(git, path, first),
  };
}

function bareRepository(context: BarePrograms & { readonly git: GitCommand }, path: string): BareRepository {
  const tools: MirrorTools = {
    ...toolsOf(context, path),
    git: withRetriedWrites(context.git),
    // The lock of whoever writes here is held, and a lock file may be that of a push which is under way: it stays.
    locked: (work) => work(),
    retried: (work) => retryLocked(work),
  };
  const ref = async (branch: string): Promise<string | undefined> =>
    branch.includes('\0') || (await badFormOf(context.git, branch)) !== undefined ? undefined : `refs/heads/${branch}`;
  return {
    head: async (branch) => {
      const name = await ref(branch);
      return name === undefined ? undefined : await readRef(tools, name);
    },
    branches: async () =>
      new Map(
        (await listRefs(tools, 'refs/heads/')).flatMap(({ name, object }) => {
          const commit = asCommitId(object);
          return commit === undefined ? [] : [[name.slice('refs/heads/'.length), commit] as const];
        }),
      ),
    isAncestor: async (commit, of) => (await tools.git.ask(tools.profile, ['merge-base', '--is-ancestor', commit, of])).code === 0,
    merge: (request) => mergeCommits(tools, request),
    moveBranch: async (branch, to, from) => {
      const name = await ref(branch);
      return name !== undefined && (await updateRef(tools, name, to, { from }));
    },
    deleteBranch: async (branch) => {
      const name = await ref(branch);
      if (name === undefined || (await readRef(tools, name)) === undefined) return;
      await retryLocked(() => tools.git.run(tools.profile, ['update-ref', '-d', '--end-of-options', name]));
    },
  };
}
