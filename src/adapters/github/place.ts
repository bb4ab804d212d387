import { Failure } from '../../domain/failure.ts';
import { repositoryNameSchema } from '../../domain/forge.ts';
import type { ForgePlace } from '../../ports/forge.ts';

/** A repository as octokit takes it. @throws Failure (notFoundOrLocked) for a name that would lead elsewhere in an address. */
export function ownerAndRepo(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  if (!repositoryNameSchema.safeParse(repository).success || [owner, repo].some((part) => part === '.' || part === '..')) {
    throw new Failure('notFoundOrLocked', {
      what: 'There is no such repository.',
      why: `${JSON.stringify(repository.slice(0, 100))} is no name of one.`,
      fix: 'Name it as GitHub does: owner/name.',
    });
  }
  return { owner, repo };
}

/** For sentences, as people write it. */
export function named({ repository, number }: ForgePlace): string {
  return `${repository}#${number}`;
}

/** @param repositories those that are configured; all when empty. @throws Failure (configuration) for any other. */
export function refuseOthers(repositories: readonly string[], repository: string): void {
  if (repositories.length === 0 || isAmong(repositories, repository)) return;
  throw new Failure(
    'configuration',
    {
      what: `${repository} is none of the repositories that are worked in.`,
      why: 'These are named in `forge.github.repositories`.',
      fix: 'Add it there, in your own configuration, or leave the setting out to allow all.',
    },
    { facts: { forge: 'github', repository } },
  );
}

/** GitHub tells names apart without regard to case. */
function isAmong(repositories: readonly string[], repository: string): boolean {
  return repositories.some((name) => name.toLowerCase() === repository.toLowerCase());
}
