import { Failure } from '../domain/failure.ts';
import type { OperationTools } from './tools.ts';

/** More deployments are not looked at for the environments that there are. */
const mostDeployments = 10_000;
/** How long one target is asked, in ms. */
const askMs = 30_000;

/** What became of an environment whose releases run on this machine. */
export interface WokenTarget {
  readonly environment: string;
  /** Such as `r12 serves at http://127.0.0.1:8080`, or why it could not be seen to, in a sentence. */
  readonly said: string;
  readonly isAwake: boolean;
}

/**
 * Sees to it that what served on this machine serves, as after a restart of it: whoever keeps the releases of an environment is started by being asked.
 * Nothing is deployed, and what runs already is left as it is.
 */
export async function wakeTargets(tools: Pick<OperationTools, 'ledger' | 'deploying'>): Promise<readonly WokenTarget[]> {
  const deployments = await tools.ledger.deployments.latest({}, mostDeployments);
  const known = new Map(
    deployments.map(({ repositoryId, environment }) => [`${repositoryId} ${environment}`, { repositoryId, environment }]),
  );
  if (known.size === 0) return [];
  const deploying = await tools.deploying();
  const woken: WokenTarget[] = [];
  for (const deployment of known.values()) {
    const place = await deploying.placeOf(deployment);
    if (place === undefined || (place.environment.target.kind !== 'process' && place.environment.target.kind !== 'container')) continue;
    woken.push(await wake(place.environment.name, async () => await deploying.open(place)));
  }
  return woken;
}

async function wake(
  environment: string,
  open: () => ReturnType<Awaited<ReturnType<OperationTools['deploying']>>['open']>,
): Promise<WokenTarget> {
  try {
    await using target = await open();
    const { serving, url } = await target.status(AbortSignal.timeout(askMs));
    const said = serving === undefined ? 'nothing serves' : `r${serving.release} serves${url === undefined ? '' : ` at ${url}`}`;
    return { environment, said, isAwake: true };
  } catch (error) {
    // Whatever hinders one is told, and the others are seen to all the same.
    const said = error instanceof Failure ? `${error.text.what} ${error.text.fix}` : error instanceof Error ? error.message : String(error);
    return { environment, said, isAwake: false };
  }
}
