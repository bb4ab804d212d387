import type { Config } from './config.ts';
import type { DeployProject } from './config-deploy.ts';
import { keptByDefault } from './config-deploy.ts';
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
  const names = [nameOfPlace(place), ...(atForge === undefined ? [] : [nameAtForge(atForge.repository)])];
  return config.deploy.projects.find((project) => namesOfProject(config, project).some((name) => names.includes(name)));
}

/**
 * The one name that a machine has to know a repository by to deploy it, the same on every machine: where it lies; its name at the forge where only
 * that is known to whoever has it deployed.
 * @param config of whoever has it deployed.
 */
export function deployedAs(config: Configured, place: RepositoryPlace, atForge?: { readonly repository: string }): string {
  if (atForge === undefined || deployProjectOf(config, place) !== undefined) return nameOfPlace(place);
  return deployProjectOf(config, place, atForge) === undefined ? nameOfPlace(place) : nameAtForge(atForge.repository);
}

/** Every name by which a machine of this configuration knows the repository of a project: its path, its addresses, its name at a forge. */
export function namesOfProject({ forge }: Configured, { repository }: Pick<DeployProject, 'repository'>): readonly string[] {
  const isName = repositoryNameSchema.safeParse(repository).success;
  const addresses = isName ? addressesOf(forge, repository) : [repository];
  const known = addresses.map(keyOf).filter((key) => key !== undefined);
  return [
    ...new Set([
      ...(isName ? [nameAtForge(repository)] : []),
      ...(repository.startsWith('/') ? [withoutSlashes(repository)] : []),
      ...known,
    ]),
  ];
}

/** The same for a repository as the ledger knows it: by a path, or an address. */
export function deployProjectAt(config: Configured, root: string): DeployProject | undefined {
  return deployProjectOf(config, root.startsWith('/') ? { kind: 'local', root } : { kind: 'remote', url: parseRemoteUrl(root).url });
}

/** Releases before the one that serves that are kept ready wherever a repository is deployed to: the most of its environments. */
export function keptReleases(config: Configured, root: string): number {
  const keeps = deployProjectAt(config, root)?.environments.map(({ keep }) => keep) ?? [];
  return keeps.length === 0 ? keptByDefault : Math.max(...keeps);
}

/** No address and no path is written like this: whoever owns `example.org/shop` at a forge does not own what lies at that address. */
function nameAtForge(repository: string): string {
  return `at a forge: ${repository.toLowerCase()}`;
}

function nameOfPlace(place: RepositoryPlace): string {
  return place.kind === 'local' ? place.root : (keyOf(place.url) ?? place.url);
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
