import { asCommitId } from '../../domain/ids.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { GitCommand } from './git-command.ts';
import { userRepository } from './user-repository.ts';

/** @returns undefined when the name stands for no commit of the repository. */
export async function resolveRevision(git: GitCommand, root: string, revision: string): Promise<CommitId | undefined> {
  if (revision === '' || revision.includes('\0')) return undefined;
  const { profile } = await userRepository(git, root);
  const answer = await git.ask(profile, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  return answer.code === 0 ? asCommitId(answer.stdout.trim()) : undefined;
}
