import type { ForgeRepository, MergeMethod } from '../../domain/forge.ts';
import type { Accesses } from './access.ts';
import { ownerAndRepo } from './place.ts';
import type { GithubSettings } from './settings.ts';

const mostRepositories = 1_000;

export async function readRepository(accesses: Accesses, settings: Pick<GithubSettings, 'git'>, name: string): Promise<ForgeRepository> {
  const { client, guard } = await accesses.of(name);
  const { data } = await guard(`show the repository ${name}`, async () => await client.rest.repos.get(ownerAndRepo(name)));
  return {
    id: String(data.id),
    name: data.full_name,
    defaultBranch: data.default_branch,
    gitUrl: settings.git.replaceAll('<repository>', data.full_name),
    mergeMethods: allowedMethods(data),
  };
}

interface Allowed {
  readonly allow_squash_merge?: boolean | undefined;
  readonly allow_merge_commit?: boolean | undefined;
  readonly allow_rebase_merge?: boolean | undefined;
}

/** They are told only to who may change the repository; otherwise a merge is tried and refused. GitHub has no favourite: ours is squash. */
function allowedMethods(allowed: Allowed): readonly MergeMethod[] {
  const methods = [
    ['squash', allowed.allow_squash_merge],
    ['merge', allowed.allow_merge_commit],
    ['rebase', allowed.allow_rebase_merge],
  ] as const;
  return methods.flatMap(([method, isAllowed]) => (isAllowed === false ? [] : [method]));
}

/**
 * Those that are configured, else those that an App was installed for. A personal token may do what its owner may: that somebody can push to a
 * repository does not say that they want it worked in, so without names there are none.
 */
export async function listRepositories(
  { installations }: Accesses,
  { repositories }: Pick<GithubSettings, 'repositories'>,
): Promise<readonly string[]> {
  if (repositories.length > 0) return repositories;
  if (installations === undefined) return [];
  const names: string[] = [];
  for (const { client, guard } of await installations()) {
    const found = await guard(
      'list repositories',
      async () => await client.paginate(client.rest.apps.listReposAccessibleToInstallation, { per_page: 100 }),
    );
    names.push(...found.flatMap(({ full_name: name, archived }) => (archived ? [] : [name])));
  }
  return names.slice(0, mostRepositories);
}
