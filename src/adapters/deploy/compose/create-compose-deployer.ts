import { DeployRefused } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, Deployer } from '../../../ports/deployer.ts';
import { answeringEngine } from '../engines/answering-engine.ts';
import { createExitTimes, environmentLabel, isHook, listContainers, removeContainer } from '../engines/containers.ts';
import type { DeployedContainer } from '../engines/containers.ts';
import type { Engine, EngineName } from '../engines/engine.ts';
import { releaseImages } from '../engines/release-images.ts';
import { runHook } from '../engines/run-hook.ts';
import { fenceRecord } from '../fence-record.ts';
import type { TargetSettings } from '../target-settings.ts';
import { bringUp } from './bring-up.ts';

/** By docker compose as well as podman-compose. */
const projectLabel = 'com.docker.compose.project';

/**
 * A project of compose, whose file names the image of the release as `${MIYABI_IMAGE}`. Compose replaces the containers itself: a release cannot be asked
 * before it serves. Which release that is, is read from the labels that containers take over from their image.
 */
export function createComposeDeployer(settings: TargetSettings<'compose'>): Deployer {
  const { target, environment, folder, process, host, secrets } = settings;
  const { image, dockerfile, project } = target;
  const id = environmentLabel(folder);
  const record = fenceRecord(folder);
  const engineOf = answeringEngine([engineBehind(target.program)], process, host);
  const exitTimes = createExitTimes();
  const images = releaseImages({ image, dockerfile, environment }, () =>
    target.push ? { account: undefined, folder, secrets } : undefined,
  );

  const under = async <Value>(change: ChangeOfTarget, make: (engine: Engine) => Promise<Value>): Promise<Value> =>
    // Nobody but us knows of a fence here: it counts on this machine.
    await record.change(
      change,
      () => Promise.resolve({ fence: 0 }),
      async () => make(await engineOf(change.signal)),
    );
  const running = async (engine: Engine, signal: AbortSignal): Promise<readonly DeployedContainer[]> =>
    (await listContainers(engine, `${projectLabel}=${project}`, signal)).filter(
      ({ isRunning, labels }) => isRunning && labels['miyabi.release'] !== undefined,
    );
  const network = async (engine: Engine, signal: AbortSignal): Promise<{ readonly network?: string }> => {
    const name = `${project}_default`;
    return (await engine.ask(['network', 'inspect', name], signal)).code === 0 ? { network: name } : {};
  };

  return {
    place: (release, change) => under(change, (engine) => images.place(engine, release, change)),
    hook: (release, hook, change) =>
      under(change, async (engine) => {
        const held = await images.ready(engine, release, change);
        const labels = { 'miyabi.environment': id, 'miyabi.fence': String(change.fence) };
        const place = { engine, prefix: `miyabi-${id}`, image: held, labels, folder, ...(await network(engine, change.signal)) };
        return await runHook(place, release, hook, change);
      }),
    start: (_release, change) => under(change, () => Promise.resolve(false)),
    serve: (release, change) =>
      under(change, async (engine) => {
        const held = await images.ready(engine, release, change);
        const old = (await running(engine, change.signal)).filter((container) => releaseOf(container) !== release.number);
        if (engine.name === 'podman') await removeContainers(engine, old, change.signal);
        const said = await bringUp(settings, { release, image: held }, change);
        const now = servingOf(await running(engine, change.signal));
        if (now?.release === release.number && now.commit === release.commit) return;
        throw new DeployRefused(`${target.program.join(' ')} up did not bring r${release.number} up, and said: ${said}`);
      }),
    // Compose makes the whole project what the file of a release says, from its variables; nothing of that is kept.
    serveAsItIs: (_release, change) => under(change, () => Promise.resolve(false)),
    retire: (keep, change) =>
      under(change, async (engine) => {
        const hooks = (await listContainers(engine, `miyabi.environment=${id}`, change.signal)).filter(isHook);
        for (const hook of hooks)
          if (hook.labels['miyabi.fence'] !== String(change.fence)) await removeContainer(engine, hook, 0, change.signal);
        const used = (await running(engine, change.signal)).map(releaseOf);
        await images.keep(engine, [...keep.placed, ...keep.running, ...used], change.signal);
      }),
    async status(signal) {
      const all = await running(await engineOf(signal), signal);
      const releases = [...new Set(all.map(releaseOf))];
      return {
        fence: await record.seen(),
        serving: servingOf(all),
        running: releases.map((release) => {
          const exits = all.filter((one) => releaseOf(one) === release).flatMap(exitTimes);
          return { release, url: undefined, exits: exits.toSorted((one, other) => one - other).slice(-100) };
        }),
        url: undefined,
      };
    },
    traffic: () => Promise.resolve(undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * podman-compose starts a container that is there already as it is, whatever image its file names by now: hence those of another release go first, with
 * whatever depends on them. Docker's compose replaces them itself.
 */
async function removeContainers(engine: Engine, containers: readonly DeployedContainer[], signal: AbortSignal): Promise<void> {
  const names = containers.map(({ name }) => name);
  if (names.length === 0) return;
  await engine.ask(['stop', '-t', '10', ...names], signal);
  await engine.ask(['rm', '--force', '--depend', ...names], signal);
}

/** Which engine a program of compose has its containers from. */
function engineBehind([program = '']: readonly string[]): EngineName {
  return program.split('/').at(-1)?.startsWith('podman') === true ? 'podman' : 'docker';
}

function releaseOf({ labels }: DeployedContainer): number {
  return Number(labels['miyabi.release']);
}

/** The release of most containers, the newer one where it is the same. */
function servingOf(all: readonly DeployedContainer[]): { readonly release: number; readonly commit: string } | undefined {
  const counted = Map.groupBy(all, releaseOf);
  const [most] = [...counted].toSorted(([one, its], [other, others]) => others.length - its.length || other - one);
  return most && { release: most[0], commit: most[1][0]?.labels['miyabi.commit'] ?? '' };
}
