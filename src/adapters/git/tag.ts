import type { CommitId } from '../../domain/ids.ts';
import { asCommitId } from '../../domain/ids.ts';
import type { Published } from '../../ports/git.ts';
import { fetchCommit } from './fetch-commit.ts';
import type { GitCommand } from './git-command.ts';
import { privateFolder } from './mirror-tools.ts';
import { putInOrder } from './own-files.ts';
import { retryLocked } from './retry-locked.ts';
import { userRepository } from './user-repository.ts';

/** Makes a tag in the user's repository by one fetch, with no hook run; one that is there stays where it is. The same twice is one. */
export async function tag(
  git: GitCommand,
  request: { readonly mirrorPath: string; readonly root: string; readonly name: string; readonly commit: CommitId },
): Promise<Published> {
  const { mirrorPath, commit, name } = request;
  const badForm = await badTag(git, name);
  if (badForm !== undefined) return { kind: 'refused', reason: badForm };
  const { profile } = await userRepository(git, request.root);
  const ref = `refs/tags/${name}`;
  const at = async (): Promise<CommitId | undefined> =>
    asCommitId((await git.ask(profile, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])).stdout.trim());
  const before = await at();
  if (before !== undefined) return before === commit ? { kind: 'published' } : { kind: 'diverged', at: before };
  await putInOrder(mirrorPath, privateFolder(mirrorPath));
  const target = { kind: 'local', gitDir: profile.gitDir } as const;
  const fetched = await retryLocked(() => fetchCommit(git, target, { from: mirrorPath, commit, ref }));
  return (await at()) === commit
    ? { kind: 'published' }
    : { kind: 'refused', reason: `git did not make the tag: ${fetched.stderr.trim()}` };
}

/** Why a name cannot be a tag. */
export async function badTag(git: GitCommand, name: string): Promise<string | undefined> {
  const isGood = !name.includes('\0') && (await git.ask({ kind: 'none' }, ['check-ref-format', `refs/tags/${name}`])).code === 0;
  return isGood ? undefined : `The name "${name}" is not allowed for a tag in git.`;
}
