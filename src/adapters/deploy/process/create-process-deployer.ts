import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../../domain/config-deploy.ts';
import type { ChangeOfTarget, DeployableRelease, Deployer } from '../../../ports/deployer.ts';
import { openKeeper } from './open-keeper.ts';
import type { KeptProgram } from './open-keeper.ts';
import { placedFolder, placeRelease, pointAt, removePlaced } from './placed-releases.ts';

export interface ProcessDeployerSettings {
  readonly target: Extract<Target, { readonly kind: 'process' }>;
  /** The environment's own, absolute; made where it is not there. */
  readonly folder: string;
  /** Our own Node. */
  readonly nodePath: string;
  /** Files and folders that releases must not see. */
  readonly hidden: readonly string[];
}

/**
 * Releases as programs on this machine, behind a reverse proxy that switches between them. A keeper of its own (see {@link openKeeper})
 * holds the port and looks after them: what serves does not depend on us.
 */
export function createProcessDeployer({ target, folder, nodePath, hidden }: ProcessDeployerSettings): Deployer {
  const keeper = openKeeper({ folder, listen: target.listen, nodePath, stopMs: target.stopSeconds * 1000, hidden });
  const placed = placedFolder(folder);

  const programOf = ({ number, commit, environment }: DeployableRelease): KeptProgram => ({
    release: number,
    commit,
    folder: join(placed, `r${number}`),
    command: target.start,
    environment: { ...environment },
    ...(target.user === undefined ? {} : { user: target.user }),
  });

  async function placeIfGone(release: DeployableRelease, signal: AbortSignal): Promise<void> {
    if (!existsSync(join(placed, `r${release.number}`))) await placeRelease(release, placed, signal);
  }

  async function give(release: number, { fence, signal, onLine }: ChangeOfTarget): Promise<void> {
    await keeper.serve(release, fence, signal);
    await pointAt(folder, release);
    onLine(`r${release} serves.`);
  }

  return {
    async place(release, { fence, signal, onLine }) {
      await keeper.raiseFence(fence, signal);
      const isNew = await placeRelease(release, placed, signal);
      onLine(`r${release.number} ${isNew ? 'is placed' : 'was placed already'} in ${join(placed, `r${release.number}`)}.`);
    },
    hook: (release, { key, command, timeoutMs }, { fence, signal }) =>
      keeper.hook({ ...programOf(release), key, command, timeoutMs }, fence, signal),
    async start(release, { fence, signal, onLine }) {
      await placeIfGone(release, signal);
      const isAsAsked = await keeper.start(programOf(release), true, fence, signal);
      if (!isAsAsked)
        onLine(`r${release.number} serves already, with the settings that it was started with: the next release has the new ones.`);
      const status = await keeper.status(signal);
      const url = status?.upstreams.find((one) => one.release === release.number)?.url;
      onLine(`r${release.number} runs at ${url ?? 'no address yet'}. ${status?.walls ?? ''}`.trim());
      return true;
    },
    async serve(release, change) {
      await placeIfGone(release, change.signal);
      // One that still runs serves as it was when it did so before, whatever has been configured since.
      await keeper.start(programOf(release), false, change.fence, change.signal);
      await give(release.number, change);
    },
    async serveAsItIs({ number, commit }, change) {
      await keeper.raiseFence(change.fence, change.signal);
      const { upstreams = [] } = (await keeper.status(change.signal)) ?? {};
      const isThere = upstreams.some((one) => one.release === number && one.commit === commit && one.url !== undefined);
      if (isThere) await give(number, change);
      return isThere;
    },
    async retire({ running, placed: kept }, { fence, signal }) {
      await keeper.retire(running, fence, signal);
      const status = await keeper.status(signal);
      const inUse = status?.upstreams.map(({ release }) => release) ?? [];
      await removePlaced(folder, (release) => kept.includes(release) || running.includes(release) || inUse.includes(release));
    },
    async status(signal) {
      const status = await keeper.status(signal);
      return {
        fence: status?.fence ?? 0,
        serving: status?.serving,
        running: (status?.upstreams ?? []).map(({ release, url, exits }) => ({ release, url, exits })),
        url: status?.url ?? configuredUrl(target.listen),
      };
    },
    traffic: (release, from, to, signal) => keeper.traffic(release, from, to, signal),
    // The keeper is nobody's: it goes on.
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Before the first deployment: where it will be. */
function configuredUrl({ host, port }: ProcessDeployerSettings['target']['listen']): string | undefined {
  return port === 0 ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
