import type { ChangeOfTarget, DeployableRelease } from '../../../ports/deployer.ts';
import { fieldManager } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';

/** Whose the Secrets are, by the name of the deployment. */
const label = 'miyabi.dev/deployment';

/** The Secret with the environment of a release: one each, so that pods of the release before keep theirs. */
export function environmentSecret(deployment: string, release: number): string {
  return `${deployment}-r${release}`;
}

/** Its values go through a pipe. Nothing is made for a release that is given no environment. */
export async function applyEnvironment(
  kubectl: Kubectl,
  deployment: string,
  release: DeployableRelease,
  change: ChangeOfTarget,
): Promise<void> {
  if (Object.keys(release.environment).length === 0) return;
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: environmentSecret(deployment, release.number), labels: { [label]: deployment } },
    stringData: release.environment,
  };
  const args = ['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`, '--filename=-'];
  await kubectl.perform(args, change, { stdin: JSON.stringify(secret) });
}

/** Removes those of releases that are not kept. */
export async function removeEnvironments(
  kubectl: Kubectl,
  deployment: string,
  kept: readonly number[],
  change: ChangeOfTarget,
): Promise<void> {
  const listed = await kubectl.perform(['get', 'secrets', `--selector=${label}=${deployment}`, '--output=name'], {
    ...change,
    onLine: () => {},
  });
  const wanted = kept.map((release) => `secret/${environmentSecret(deployment, release)}`);
  const gone = listed.split('\n').filter((name) => name !== '' && !wanted.includes(name));
  if (gone.length > 0) await kubectl.perform(['delete', '--ignore-not-found', ...gone], change);
}
