import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ChangeOfTarget, DeployableRelease } from '../../../ports/deployer.ts';
import type { Engine } from '../engines/engine.ts';
import { findContainer } from '../engines/containers.ts';
import { handVariables } from '../engines/hand-variables.ts';

/** Between asking for a container and having it, in ms. */
const longestStart = 120_000;
/** Another program may take a port between its choice and its use. */
const portTries = 5;

export interface ContainerOfRelease {
  readonly engine: Engine;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the environment. */
  readonly folder: string;
  readonly containerPort: number;
  /** Whether it has the users' traffic: then it is not started anew for other settings. */
  readonly isServing: boolean;
  /** Whether one that runs with other settings is started anew, unless it serves. */
  readonly renews: boolean;
}

/** Where the port of a container is published on this machine. */
const portLabel = 'miyabi.port';
/** Tells apart containers of one release that were started with different variables. */
const settingsLabel = 'miyabi.settings';

function settingsOf({ environment }: DeployableRelease): string {
  const sorted = Object.entries(environment).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/**
 * Runs a release in a container of its own, published at 127.0.0.1 alone and restarted by the engine; finds it where it runs already.
 *
 * @returns where it is reached.
 */
export async function runRelease(container: ContainerOfRelease, release: DeployableRelease, change: ChangeOfTarget): Promise<string> {
  const { engine, name } = container;
  const found = await findContainer(engine, name, change.signal);
  if (found?.isRunning === true && found.labels['miyabi.digest'] === release.digest) {
    const isAsAsked = found.labels[settingsLabel] === settingsOf(release);
    if (!isAsAsked && container.isServing)
      change.onLine(`r${release.number} serves already, with the settings that it was started with: the next release has the new ones.`);
    if (isAsAsked || container.isServing || !container.renews) return urlOf(found.labels);
  }
  for (let left = portTries; ; left -= 1) {
    if (left < portTries || found !== undefined) await engine.ask(['rm', '--force', '--volumes', name], change.signal);
    const free = String(await freePort());
    try {
      await run(container, release, free, change);
      return urlOf({ [portLabel]: free });
    } catch (error) {
      const isTaken = error instanceof Error && /address already in use|port is already allocated/i.test(error.message);
      if (!isTaken || left === 1) throw error;
    }
  }
}

async function run(container: ContainerOfRelease, release: DeployableRelease, port: string, change: ChangeOfTarget): Promise<void> {
  const { engine, name, image, labels, folder, containerPort } = container;
  await using variables = await handVariables(
    { ...release.environment, PORT: String(containerPort), MIYABI_RELEASE: String(release.number), MIYABI_COMMIT: release.commit },
    folder,
  );
  const own = { [portLabel]: port, [settingsLabel]: settingsOf(release), 'miyabi.digest': release.digest };
  const args = [
    'run',
    '--detach',
    '--pull=never',
    '--restart=always',
    '--security-opt=no-new-privileges',
    `--name=${name}`,
    ...Object.entries({ ...labels, ...own }).map(([label, value]) => `--label=${label}=${value}`),
    `--publish=127.0.0.1:${port}:${containerPort}`,
    ...variables.options,
    image,
  ];
  await engine.perform({ args, timeoutMs: longestStart, env: variables.env }, change);
}

/** Where a container of a release is reached, by its labels. */
export function urlOf(labels: Readonly<Record<string, string>>): string {
  return `http://127.0.0.1:${labels[portLabel]}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
