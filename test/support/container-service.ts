import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommitId } from '../../src/domain/ids.ts';
import type { DeployableRelease } from '../../src/ports/deployer.ts';
import type { ContainerStand } from '../security/container-stand.ts';
import { writeFiles } from './repository.ts';

/** What the image of a stand needs for these releases: our Node, where it is on this machine. */
export const serviceImage = { folders: [dirname(process.execPath)] };

/** Where the program in these containers listens. */
export const servicePort = 3_000;

const server = `
import { createServer } from 'node:http';
const { MIYABI_COMMIT: commit, MIYABI_RELEASE: release, GREETING: greeting } = process.env;
createServer((request, response) => {
  if (request.url === '/exit') process.exit(7);
  response.setHeader('connection', 'close').end(JSON.stringify({ commit, release: Number(release), greeting }));
}).listen(${servicePort});
process.on('SIGTERM', () => process.exit(0));
`;

/** A release of a small service with a Dockerfile, in a folder of its own below `folder`; answers with its commit. */
export function containerRelease(
  stand: ContainerStand,
  folder: string,
  number: number,
  more: Readonly<Record<string, string>> = {},
): DeployableRelease {
  const place = join(folder, `r${number}`);
  mkdirSync(place, { recursive: true });
  const dockerfile = `FROM ${stand.image}\nCOPY server.mjs /app/server.mjs\nCMD ["${process.execPath}", "/app/server.mjs"]\n`;
  writeFiles(place, { Dockerfile: dockerfile, 'server.mjs': `${server}// r${number}\n`, ...more });
  return {
    number,
    commit: number.toString(16).padEnd(40, 'c') as CommitId,
    folder: place,
    digest: number.toString(16).padStart(64, '0'),
    environment: { GREETING: `hello\nfrom r${number}` },
  };
}

/** Why no container can be published on this machine; undefined where it can. */
export async function noPublishing(stand: ContainerStand | string): Promise<string | undefined> {
  if (typeof stand === 'string') return stand;
  try {
    stand.podman('run', '--rm', '--publish=127.0.0.1::80', stand.image, 'true');
    return undefined;
  } catch (error) {
    const said = String(error instanceof Error && 'stderr' in error ? error.stderr : error);
    return `not run here: containers have no network (${said.trim().split('\n').at(-1)})`;
  }
}
