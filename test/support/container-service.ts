import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderDigest } from '../../src/adapters/deploy/folder-digest.ts';
import type { DeployableRelease } from '../../src/ports/deployer.ts';
import type { ContainerStand } from '../security/container-stand.ts';
import { writeFiles } from './repository.ts';
import { commitOf, writeService } from './service-releases.ts';
import type { ServiceBehaviour } from './service-releases.ts';

/** What the image of a stand needs for these releases: our Node, where it is on this machine. */
export const serviceImage = { folders: [dirname(process.execPath)] };

/** Where the program in these containers listens. */
export const servicePort = 3_000;

export interface ContainerRelease {
  readonly behaviour?: ServiceBehaviour;
  readonly environment?: Readonly<Record<string, string>>;
  /** Beside those of the service, or in their place. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A release of the service with a Dockerfile, in a folder of its own below `folder`. */
export async function containerRelease(
  { image }: Pick<ContainerStand, 'image'>,
  folder: string,
  number: number,
  { behaviour, environment = {}, files = {} }: ContainerRelease = {},
): Promise<DeployableRelease> {
  const place = join(folder, `r${number}`);
  await mkdir(folder, { recursive: true });
  await writeService(place, behaviour, `release ${number}`);
  const server = join(place, 'server.js');
  // From outside of its container it is not reached at the loopback address.
  await writeFile(server, (await readFile(server, 'utf8')).replace("'127.0.0.1'", "'0.0.0.0'"));
  const dockerfile = `FROM ${image}\nWORKDIR /app\nCOPY . /app\nCMD ["${process.execPath}", "server.js"]\n`;
  writeFiles(place, { Dockerfile: dockerfile, ...files });
  return { number, commit: commitOf(number), folder: place, digest: await folderDigest(place), environment };
}

/** Why no container can be published on this machine; undefined where it can. */
export function noPublishing(stand: ContainerStand | string): string | undefined {
  if (typeof stand === 'string') return stand;
  try {
    stand.podman('run', '--rm', '--publish=127.0.0.1::80', stand.image, 'true');
    return undefined;
  } catch (error) {
    const said = String(error instanceof Error && 'stderr' in error ? error.stderr : error);
    return `not run here: containers have no network (${said.trim().split('\n').at(-1)})`;
  }
}
