import { asCommitId } from '../../domain/ids.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { Person } from '../../ports/git.ts';
import { GitError } from './git-command.ts';
import type { MirrorTools } from './mirror-tools.ts';

/** Who puts commits down; who wrote them is the user. */
export const committer: Person = { name: 'Miyabi', email: 'miyabi@localhost' };

/** @param request.date as git writes it: seconds since the epoch and an offset. */
export async function commitTree(
  tools: MirrorTools,
  request: {
    readonly tree: string;
    readonly parents: readonly CommitId[];
    readonly message: string;
    readonly author: Person;
    readonly date: string;
  },
): Promise<CommitId> {
  const parents = request.parents.flatMap((parent) => ['-p', parent]);
  const printed = await tools.git.run(tools.profile, ['commit-tree', ...parents, '-F', '-', request.tree], {
    stdin: request.message.endsWith('\n') ? request.message : `${request.message}\n`,
    env: {
      GIT_AUTHOR_NAME: request.author.name,
      GIT_AUTHOR_EMAIL: request.author.email,
      // The @ keeps git from guessing: small numbers look like something else.
      GIT_AUTHOR_DATE: `@${request.date}`,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: `@${request.date}`,
    },
  });
  const commit = asCommitId(printed.trim());
  if (commit === undefined) throw new GitError(['commit-tree'], undefined, `printed ${printed}`);
  return commit;
}

export interface CommitFacts {
  readonly parents: readonly CommitId[];
  readonly author: Person;
  readonly date: string;
  readonly message: string;
}

export async function readCommit(tools: MirrorTools, commit: CommitId): Promise<CommitFacts> {
  const printed = await tools.git.run(tools.profile, [
    'show',
    '--no-patch',
    '--no-show-signature',
    '--format=%P%x00%an%x00%ae%x00%ad%x00%B',
    '--date=raw',
    '--end-of-options',
    commit,
  ]);
  const [parents = '', name = '', email = '', date = '', message = ''] = printed.split('\0');
  return {
    parents: parents.split(' ').flatMap((parent) => asCommitId(parent) ?? []),
    author: { name, email },
    date,
    // git show ends the text with a newline of its own.
    message: message.replace(/\n$/, ''),
  };
}

export async function treeOf(tools: MirrorTools, commit: CommitId): Promise<string> {
  return (await tools.git.run(tools.profile, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{tree}`])).trim();
}
