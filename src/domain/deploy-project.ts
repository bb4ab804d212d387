import type { Config } from './config.ts';
import type { DeployProject } from './config-deploy.ts';
import { Failure } from './failure.ts';
import { githubHost } from './forge-reference.ts';
import { repositoryNameSchema } from './forge.ts';
import { parseRemoteUrl } from './remote-url.ts';
import type { RepositoryPlace } from './run.ts';

type Configured = Pick<Config, 'deploy' | 'forge'>;

/**
 * What is configured for deploying a repository: the first project that means it by its path, its address, or its name at a forge.
 * @param atForge where the issue stands that the work is about; undefined for work that began with a text.
 */
export function deployProjectOf(
  config: Configured,
  place: RepositoryPlace,
  atForge?: { readonly repository: string },
): DeployProject | undefined {
  const name = atForge?.repository.toLowerCase();
  return config.deploy.projects.find(
    ({ repository }) => (name !== undefined && repository.toLowerCase() === name) || means(config, repository, place),
  );
}

function means({ forge }: Configured, repository: string, place: RepositoryPlace): boolean {
  const isName = repositoryNameSchema.safeParse(repository).success;
  if (place.kind === 'local') return !isName && withoutSlashes(repository) === place.root;
  const wanted = isName ? addressesOf(forge, repository) : [repository];
  const known = keyOf(place.url);
  return wanted.some((address) => keyOf(address) === known);
}

/** Where the code of `owner/name` lies at the forges that are configured. */
function addressesOf({ github, local }: Config['forge'], name: string): readonly string[] {
  return [
    github.git.replaceAll('<repository>', name),
    `https://${githubHost(github.api)}/${name}`,
    ...Object.values(local).map((home) => `${withoutSlashes(home)}/${name}.git`),
  ];
}

/** The same for every way to write one address: by ssh or https, with an account before the host, with or without `.git`. */
function keyOf(address: string): string | undefined {
  try {
    const { url, scheme, host } = parseRemoteUrl(address);
    if (scheme === 'file') return url;
    const path = url.includes('://') ? new URL(url).pathname : `/${url.slice(url.indexOf(':') + 1)}`;
    return `${host}${path}`.replace(/\.git$/, '').toLowerCase();
  } catch (error) {
    // What is no address means no repository; `doctor` says so.
    if (!(error instanceof Failure)) throw error;
    return undefined;
  }
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
