import type { ForgePlace } from '../../ports/forge.ts';

/** A repository as octokit takes it. */
export function ownerAndRepo(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
}

/** For sentences, as people write it. */
export function named({ repository, number }: ForgePlace): string {
  return `${repository}#${number}`;
}
