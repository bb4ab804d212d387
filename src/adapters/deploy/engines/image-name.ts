import type { DeployableRelease } from '../../../ports/deployer.ts';

/** The image of a release under the name by which people and registries know it: `ghcr.io/ada/shop:4f1c0b2a9d3e`. */
export function imageOfCommit(image: string, { commit }: Pick<DeployableRelease, 'commit'>): string {
  return `${image}:${commit.slice(0, 12)}`;
}

/** The same image under a name that only this machine has, by which an environment holds on to it. */
export function imageOfEnvironment(image: string, environment: string, release: number): string {
  return `${image}:${environment}-r${release}`;
}

/** Which registry an image belongs to: what stands before its first slash, where that can be a host. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
