import { FencedOff } from '../../../ports/deployer.ts';
import type { ChangeOfTarget } from '../../../ports/deployer.ts';
import { Conflict, fieldManager } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';
import { readDeployment } from './live.ts';
import type { LiveDeployment } from './live.ts';
import { annotations } from './manifests.ts';

/** A deployment changes by itself while its pods do, and each time what was read is old. */
const tries = 10;

/**
 * Makes a change that goes by what the deployment is, again whenever it has changed in between.
 *
 * @throws FencedOff where a higher fence has been at the deployment.
 */
export async function onDeployment(
  kubectl: Kubectl,
  deployment: string,
  change: ChangeOfTarget,
  make: (live: LiveDeployment | undefined) => Promise<void>,
): Promise<void> {
  for (let left = tries; ; left -= 1) {
    const live = await readDeployment(kubectl, deployment, change.signal);
    if (live !== undefined && live.fence > change.fence) throw new FencedOff(change.fence, live.fence);
    try {
      return await make(live);
    } catch (error) {
      if (!(error instanceof Conflict) || left === 1) throw error;
    }
  }
}

/** Writes the fence on the deployment, so that whoever comes with a lower one sees it. One that is not there yet has nothing to write on. */
export async function raiseFence(kubectl: Kubectl, deployment: string, change: ChangeOfTarget): Promise<void> {
  await onDeployment(kubectl, deployment, change, async (live) => {
    if (live === undefined || live.fence === change.fence) return;
    await annotate(kubectl, deployment, live, { [annotations.fence]: String(change.fence) }, change);
  });
}

/** @throws Conflict when the deployment is no longer the one that was looked at. */
export async function annotate(
  kubectl: Kubectl,
  deployment: string,
  { resourceVersion }: Pick<LiveDeployment, 'resourceVersion'>,
  values: Readonly<Record<string, string>>,
  change: ChangeOfTarget,
): Promise<void> {
  const words = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  const options = ['--overwrite', `--field-manager=${fieldManager}`, `--resource-version=${resourceVersion}`];
  await kubectl.perform(['annotate', 'deployments.apps', deployment, ...options, ...words], change);
}
