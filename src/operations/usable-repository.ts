import { Failure } from '../domain/failure.ts';
import type { Git, RepositoryInspection } from '../ports/git.ts';

export type UsableRepository = Extract<RepositoryInspection, { kind: 'repository' }>;

/**
 * The repository around a folder, when a run can start from it.
 * @throws Failure (usage) when it is none, has no commit, or has changes that are not committed and would be missed.
 */
export async function usableRepository(
  git: Git,
  path: string,
  { onlyReads }: { readonly onlyReads?: true } = {},
): Promise<UsableRepository> {
  const inspection = await git.inspect(path);
  switch (inspection.kind) {
    case 'not-a-repository':
      throw new Failure('usage', {
        what: `${inspection.path} is not inside a git repository.`,
        why: 'Miyabi works from a commit and hands its result over as a branch.',
        fix: 'Go to the repository, or name it with --repo; `git init` and a first commit make a new one.',
      });
    case 'empty':
      throw new Failure('usage', {
        what: `${inspection.root} has no commit yet.`,
        why: 'A run starts from a commit, and there is none.',
        fix: 'Commit what is there (`git add -A && git commit`), then run this again.',
      });
    case 'repository':
      if (inspection.dirty.length > 0 && onlyReads !== true) throw dirty(inspection);
      return inspection;
  }
}

function dirty(inspection: UsableRepository): Failure {
  const shown = inspection.dirty.slice(0, 5).join(', ');
  const more = inspection.dirty.length > 5 ? ` and ${inspection.dirty.length - 5} more` : '';
  return new Failure(
    'usage',
    {
      what: `${inspection.root} has changes that are not committed: ${shown}${more}.`,
      why: 'The worlds start from a commit and would not see them; Miyabi never touches or hides your changes.',
      fix: 'Commit them (or put them aside with `git stash`), or add what is not yours to .gitignore; then run this again.',
    },
    { facts: { dirty: inspection.dirty } },
  );
}
