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
