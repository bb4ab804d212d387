import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';
import type { CommitId } from '../../domain/ids.ts';
import { asCommitId } from '../../domain/ids.ts';
import type { Person } from '../../ports/git.ts';
import { fetchCommit } from './fetch-commit.ts';
import type { GitCommand, GitProfile } from './git-command.ts';
import { GitError } from './git-command.ts';
import { inspect } from './inspect.ts';
import { exists } from './mirror.ts';

/** What a bare repository begins with. */
export type FirstCommit =
  /** The branch that is checked out in a repository of this machine, with all that it rests on. */
  | { readonly kind: 'repository'; readonly folder: string }
  /** One commit on `main` with a `README.md`. */
  | { readonly kind: 'readme'; readonly text: string; readonly author: Person };

interface Beginning {
  readonly branch: string;
  readonly format: 'sha1' | 'sha256';
  /** Brings its commit into a new repository, as that branch. */
  commit(into: GitProfile): Promise<CommitId>;
}

/** Made beside its place and renamed, so that one that exists is whole. */
export async function createBareRepository(
  git: GitCommand,
  path: string,
  first: FirstCommit,
): Promise<{ readonly branch: string; readonly commit: CommitId }> {
  if (await exists(path))
    throw new Failure('usage', {
      what: `${path} exists already.`,
      why: 'A repository is made anew there.',
      fix: 'Take another name, or remove it.',
    });
  const begin = first.kind === 'repository' ? await withRepository(git, first.folder) : withReadme(git, first);
  const making = `${path}.${randomUUID()}`;
  try {
    await git.run({ kind: 'none' }, [
      'init',
      '--quiet',
      '--bare',
      '--template=',
      `--initial-branch=${begin.branch}`,
      `--object-format=${begin.format}`,
      '--end-of-options',
      making,
    ]);
    const commit = await begin.commit({ kind: 'local', gitDir: making });
    await rename(making, path);
    return { branch: begin.branch, commit };
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function withRepository(git: GitCommand, folder: string): Promise<Beginning> {
  const seen = await inspect(git, folder, {});
  if (seen.kind !== 'repository') {
    throw new Failure('usage', {
      what: `${folder} cannot be begun with.`,
      why: seen.kind === 'empty' ? 'That repository has no commit yet.' : 'There is no git repository.',
      fix: 'Name the folder of a git repository with at least one commit, or leave --from out.',
    });
  }
  const { root, head: commit, branch = 'main' } = seen;
  return {
    branch,
    format: commit.length === 64 ? 'sha256' : 'sha1',
    async commit(into) {
      const fetched = await fetchCommit(git, into, { from: root, commit, ref: `refs/heads/${branch}` });
      if (fetched.code !== 0) throw new GitError(['fetch'], fetched.code, fetched.stderr);
      return commit;
    },
  };
}

function withReadme(git: GitCommand, { text, author }: Extract<FirstCommit, { kind: 'readme' }>): Beginning {
  return {
    branch: 'main',
    format: 'sha1',
    async commit(into) {
      const blob = (await git.run(into, ['hash-object', '-w', '--no-filters', '--stdin'], { stdin: text })).trim();
      const tree = (await git.run(into, ['mktree', '-z'], { stdin: `100644 blob ${blob}\tREADME.md\0` })).trim();
      const env = {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
      };
      const commit = asCommitId((await git.run(into, ['commit-tree', '-F', '-', tree], { stdin: 'First commit\n', env })).trim());
      if (commit === undefined) throw new GitError(['commit-tree'], undefined, 'printed no commit');
      await git.run(into, ['update-ref', '--end-of-options', 'refs/heads/main', commit]);
      return commit;
    },
  };
}
