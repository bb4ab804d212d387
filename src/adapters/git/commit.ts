import { asCommitId } from '../../domain/ids.ts';
import type { CommitId } from '../../domain/ids.ts';
import type { CommitOnBranch, Person } from '../../ports/git.ts';
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

/** Commits of one branch that are read at most unless more are asked for. */
const mostCommits = 1_000;

/** What `to` rests on and `from` does not, with `to` itself, the oldest first. @throws GitError where they are more than `most`. */
export async function commitsBetween(
  tools: MirrorTools,
  from: CommitId,
  to: CommitId,
  most = mostCommits,
): Promise<readonly CommitOnBranch[]> {
  const args = [
    'rev-list',
    '--topo-order',
    '--reverse',
    '--no-commit-header',
    '--format=%H%x00%P%x00%B%x00',
    '--end-of-options',
    to,
    `^${from}`,
  ] as const;
  const fields = (await tools.git.run(tools.profile, [...args])).split('\0');
  const commits = fields.flatMap((field, at) => {
    const commit = at % 3 === 0 ? asCommitId(field.trim()) : undefined;
    if (commit === undefined) return [];
    const parents = (fields[at + 1] ?? '').split(' ').flatMap((parent) => asCommitId(parent) ?? []);
    return [{ commit, parents, message: (fields[at + 2] ?? '').replace(/\n$/, '') }];
  });
  if (commits.length > most) throw new GitError(args, undefined, `the branch has ${commits.length} commits of its own, more than ${most}`);
  return commits;
}

/** The first line of the message of each commit that is here; others are missing. */
export async function titlesOf(tools: MirrorTools, commits: readonly CommitId[]): Promise<ReadonlyMap<CommitId, string>> {
  const args = ['log', '--no-walk=unsorted', '--ignore-missing', '--no-show-signature', '-z', '--format=%H%x09%s', '--stdin'] as const;
  if (commits.length === 0) return new Map();
  const printed = await tools.git.run(tools.profile, [...args], { stdin: `${commits.join('\n')}\n` });
  return new Map(
    printed.split('\0').flatMap((line) => {
      const commit = asCommitId(line.split('\t', 1)[0] ?? '');
      return commit === undefined ? [] : [[commit, line.slice(line.indexOf('\t') + 1)] as const];
    }),
  );
}

export async function treeOf(tools: MirrorTools, commit: CommitId): Promise<string> {
  return (await tools.git.run(tools.profile, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{tree}`])).trim();
}
