import { asCommitId } from '../../domain/ids.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { Published } from '../../ports/git.ts';
import { lockFileIn } from './abandoned-lock.ts';
import type { GitCommand } from './git-command.ts';
import { GitError } from './git-command.ts';
import { checkedOutBranches } from './inspect.ts';
import { privateFolder } from './mirror-tools.ts';
import { putInOrder } from './own-files.ts';
import { retryLocked } from './retry-locked.ts';
import { fetchCommit } from './fetch-commit.ts';
import { userRepository } from './user-repository.ts';

/** Brings `commit` to `branch` of the user's repository by one fetch, forward only, with no hook run. The same twice is one. */
export async function publish(
  git: GitCommand,
  request: { readonly mirrorPath: string; readonly root: string; readonly branch: string; readonly commit: CommitId },
): Promise<Published> {
  const { profile } = await userRepository(git, request.root);
  const ref = `refs/heads/${request.branch}`;
  if (request.branch.includes('\0') || (await git.ask({ kind: 'none' }, ['check-ref-format', ref])).code !== 0) {
    return { kind: 'refused', reason: `The name "${request.branch}" is not allowed for a branch in git.` };
  }
  const at = async (): Promise<CommitId | undefined> =>
    asCommitId((await git.ask(profile, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])).stdout.trim());
  const before = await at();
  if (before === request.commit) return { kind: 'published' };
  const folder = (await checkedOutBranches(git, profile))[request.branch];
  if (folder !== undefined) {
    return { kind: 'refused', reason: `The branch "${request.branch}" is checked out in ${folder}; its files would no longer match.` };
  }
  const target = { kind: 'local', gitDir: profile.gitDir } as const;
  await putInOrder(request.mirrorPath, privateFolder(request.mirrorPath));
  const fetched = await retryLocked(() => fetchCommit(git, target, { from: request.mirrorPath, commit: request.commit, ref })).catch(
    whenLocked,
  );
  if ('kind' in fetched) return fetched;
  const after = await at();
  if (after === request.commit) return { kind: 'published' };
  if (after !== undefined && /non-fast-forward|rejected/.test(fetched.stderr)) return { kind: 'diverged', at: after };
  return { kind: 'refused', reason: `git did not make the branch "${request.branch}": ${fetched.stderr.trim()}` };
}

/** A lock in the user's repository may be that of their own git: it stays, and they are told which it is. */
function whenLocked(error: unknown): Published {
  const lock = error instanceof GitError ? lockFileIn(error.stderr) : undefined;
  if (lock === undefined) throw error;
  return {
    kind: 'refused',
    reason: `git holds the lock file ${lock} in your repository; when no git is at work there any more, remove it and run this again`,
  };
}
