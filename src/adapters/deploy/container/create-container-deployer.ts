import type { ChangeOfTarget, DeployableRelease, Deployer } from '../../../ports/deployer.ts';
import { answeringEngine } from '../engines/answering-engine.ts';
import { createExitTimes, environmentLabel, findContainer, isHook, listContainers, removeContainer } from '../engines/containers.ts';
import type { DeployedContainer } from '../engines/containers.ts';
import type { Engine } from '../engines/engine.ts';
import { registryAccount } from '../engines/push-image.ts';
import { releaseImages } from '../engines/release-images.ts';
import { runHook } from '../engines/run-hook.ts';
import { fenceRecord } from '../fence-record.ts';
import { openKeeper } from '../process/open-keeper.ts';
import type { LocalTargetSettings } from '../target-settings.ts';
import { runRelease, urlOf } from './run-release.ts';

/** Before there was a keeper. */
const nothingYet = { fence: 0, serving: undefined, url: undefined } as const;

/**
 * Releases in containers of Docker or Podman on this machine, two beside each other while they change, behind the proxy of the `process` target.
 * The engine restarts them; the proxy knows who serves, what users' requests came to, and the fence.
 */
export function createContainerDeployer(settings: LocalTargetSettings<'container'>): Deployer {
  const { target, environment, folder, process, host, secrets, nodePath, hidden } = settings;
  const { image, dockerfile, listen, containerPort, stopSeconds } = target;
  const id = environmentLabel(folder);
  const prefix = `miyabi-${id}`;
  const keeper = openKeeper({ folder, listen, nodePath, stopMs: stopSeconds * 1_000, hidden });
  const record = fenceRecord(folder);
  const engineOf = answeringEngine(target.engine === undefined ? ['docker', 'podman'] : [target.engine], process, host);
  const exitTimes = createExitTimes();
  const images = releaseImages({ image, dockerfile, environment }, () =>
    target.push ? { account: registryAccount(target.registryVariable, secrets), folder, secrets } : undefined,
  );

  const under = async <Value>(change: ChangeOfTarget, make: (engine: Engine) => Promise<Value>): Promise<Value> => {
    const look = async (): Promise<{ readonly fence: number }> => (await keeper.status(change.signal)) ?? nothingYet;
    return await record.change(change, look, async () => {
      await keeper.raiseFence(change.fence, change.signal);
      return await make(await engineOf(change.signal));
    });
  };
  const labels = ({ number, commit }: DeployableRelease, { fence }: ChangeOfTarget): Readonly<Record<string, string>> => ({
    'miyabi.environment': id,
    'miyabi.release': String(number),
    'miyabi.commit': commit,
    'miyabi.fence': String(fence),
  });
  const start = async (engine: Engine, release: DeployableRelease, renews: boolean, change: ChangeOfTarget): Promise<void> => {
    const held = await images.ready(engine, release, change);
    const name = `${prefix}-r${release.number}`;
    const isServing = (await keeper.status(change.signal))?.serving?.release === release.number;
    const container = { engine, name, image: held, labels: labels(release, change), folder, containerPort, isServing, renews };
    const url = await runRelease(container, release, change);
    await keeper.attach({ release: release.number, commit: release.commit, url }, change.fence, change.signal);
  };
  const retire = async (engine: Engine, keep: Parameters<Deployer['retire']>[0], { fence, signal }: ChangeOfTarget): Promise<void> => {
    await keeper.retire(keep.running, fence, signal);
    const serving = ((await keeper.status(signal)) ?? nothingYet).serving?.release;
    const isKept = (container: DeployedContainer): boolean =>
      isHook(container)
        ? container.labels['miyabi.fence'] === String(fence)
        : [...keep.running, serving].includes(Number(container.labels['miyabi.release']));
    for (const container of await listContainers(engine, `miyabi.environment=${id}`, signal))
      if (!isKept(container)) await removeContainer(engine, container, stopSeconds, signal);
    await images.keep(engine, [...keep.placed, ...keep.running, serving], signal);
  };

  return {
    place: (release, change) => under(change, (engine) => images.place(engine, release, change)),
    hook: (release, hook, change) =>
      under(change, async (engine) => {
        const held = await images.ready(engine, release, change);
        return await runHook({ engine, prefix, image: held, labels: labels(release, change), folder }, release, hook, change);
      }),
    start: (release, change) =>
      under(change, async (engine) => {
        await start(engine, release, true, change);
        return true;
      }),
    serve: (release, change) =>
      under(change, async (engine) => {
        // One that still runs serves as it was when it did so before, whatever has been configured since.
        await start(engine, release, false, change);
        await keeper.serve(release.number, change.fence, change.signal);
      }),
    serveAsItIs: ({ number, commit }, change) =>
      under(change, async (engine) => {
        const found = await findContainer(engine, `${prefix}-r${number}`, change.signal);
        if (found?.isRunning !== true || found.labels['miyabi.commit'] !== commit) return false;
        await keeper.attach({ release: number, commit, url: urlOf(found.labels) }, change.fence, change.signal);
        await keeper.serve(number, change.fence, change.signal);
        return true;
      }),
    retire: (keep, change) => under(change, (engine) => retire(engine, keep, change)),
    async status(signal) {
      const [known, engine] = [(await keeper.status(signal)) ?? nothingYet, await engineOf(signal)];
      const all = await listContainers(engine, `miyabi.environment=${id}`, signal);
      const running = all.filter((container) => container.isRunning && !isHook(container));
      return {
        fence: Math.max(known.fence, await record.seen()),
        serving: known.serving,
        running: running.map((container) => ({
          release: Number(container.labels['miyabi.release']),
          url: urlOf(container.labels),
          exits: exitTimes(container),
        })),
        url: known.url,
      };
    },
    traffic: (release, from, to, signal) => keeper.traffic(release, from, to, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
