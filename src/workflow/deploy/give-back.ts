import { openDeploymentStates } from '../../domain/deployment.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { FencedOff } from '../../ports/deployer.ts';
import type { WorkflowTools } from '../tools.ts';
import type { Deploying, EnvironmentPlace } from './deploying.ts';

/** Ms that the target may take to be tidied up. */
const mostMs = 30_000;

/**
 * Ends a deployment whose run goes on no more: what serves goes on serving, be it the new release or the old one; what was started beside it is
 * ended, and the next deployment may come. One that has ended already is left as it is.
 * @param known where it went to, for whoever deploys there: a run knows its repository by more names than the records.
 * @returns what was done, in a sentence; undefined where there was nothing to do.
 */
export async function giveBack(
  { ledger, clock }: Pick<WorkflowTools, 'ledger' | 'clock'>,
  deploying: Deploying,
  id: string,
  known?: EnvironmentPlace,
): Promise<string | undefined> {
  const deployment = await ledger.deployments.one(id);
  if (deployment === undefined || !isOpen(deployment)) return undefined;
  const place = known ?? (await deploying.placeOf(deployment));
  // Whose machine it is has to look at the target first.
  if (place === undefined) return undefined;
  await using target = await deploying.open(place);
  const signal = AbortSignal.timeout(mostMs);
  const { serving, running } = await target.status(signal);
  const { release, previous, environment, repositoryId, fence } = deployment;
  const lines: string[] = [];
  if (serving?.release !== release && running.some((one) => one.release === release)) {
    const placed = (await ledger.deployments.releases(repositoryId, 1_000)).map(({ number }) => number);
    const keep = { running: running.map((one) => one.release).filter((one) => one !== release), placed };
    await target.retire(keep, { fence, signal, onLine: (line) => lines.push(line) }).catch(unlessFencedOff);
  }
  const leaves = serving?.release ?? previous;
  const what = `${environment} was given back: the run has ended, and ${leaves === undefined ? 'nothing' : `r${leaves}`} serves.`;
  await ledger.deployments.note(
    id,
    [...lines, what].map((text) => ({ at: clock.now(), text })),
  );
  const end = { state: 'abandoned' as const, endedAt: clock.now(), ...(leaves === undefined ? {} : { leaves }) };
  return (await ledger.deployments.change(id, fence, end)) ? what : undefined;
}

/**
 * The same for all deployments of this machine's environments whose runs have ended. An environment that cannot be looked at now stays as it is: the
 * next deployment there, or whoever asks next, looks again.
 * @returns what was done, and what could not be, a sentence each.
 */
export async function giveBackAbandoned(tools: Pick<WorkflowTools, 'ledger' | 'clock' | 'deploying'>): Promise<readonly string[]> {
  const open = (await tools.ledger.deployments.latest({}, 1_000)).filter(isOpen);
  if (open.length === 0) return [];
  const deploying = await tools.deploying();
  const said: string[] = [];
  for (const { id, jobId, environment } of open) {
    if (!(await deploying.hasEnded(jobId))) continue;
    const what = await giveBack(tools, deploying, id).catch(
      (error: unknown) => `${environment} is still held by a run that has ended: ${error instanceof Error ? error.message : String(error)}`,
    );
    if (what !== undefined) said.push(what);
  }
  return said;
}

function isOpen({ state }: Pick<Deployment, 'state'>): boolean {
  return openDeploymentStates.some((open) => open === state);
}

function unlessFencedOff(error: unknown): void {
  if (!(error instanceof FencedOff)) throw error;
}
