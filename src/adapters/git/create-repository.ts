import { join } from 'node:path';
import { asCommitId } from '../../domain/ids.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { Person } from '../../ports/git.ts';
import type { GitCommand } from './git-command.ts';
import { GitError } from './git-command.ts';

/** Makes a folder a repository with one commit of everything in it that is not ignored, on the branch `main`. */
export async function createRepository(git: GitCommand, directory: string, author: Person, message: string): Promise<CommitId> {
  await git.run({ kind: 'none' }, ['init', '--quiet', '--template=', '--initial-branch=main', '--end-of-options', directory]);
  const profile = { kind: 'local', gitDir: join(directory, '.git'), workTree: directory } as const;
  await git.run(profile, ['add', '--all', '--', ':(top)']);
  await git.run(profile, ['commit', '--quiet', '--allow-empty', '--no-verify', '-F', '-'], {
    stdin: message,
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_COMMITTER_NAME: author.name,
      GIT_COMMITTER_EMAIL: author.email,
    },
  });
  const commit = asCommitId((await git.run(profile, ['rev-parse', '--verify', 'HEAD'])).trim());
  if (commit === undefined) throw new GitError(['rev-parse'], undefined, 'HEAD is no commit');
  return commit;
}
