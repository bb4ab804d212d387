import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chown, cp, mkdir, realpath, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { whereIs } from '../security/container-stand.ts';
import type { ContainerStand } from '../security/container-stand.ts';

const run = promisify(execFile);

/** The Debian that the base of our image is made of. */
const release = 'bookworm';
/** Of the user "node", as in the image that this one stands in for. */
const node = 1_000;

/** Why no base can be made on this machine; undefined where it can. */
export function noDebian(): string | undefined {
  return whereIs('debootstrap') === undefined ? 'not run here: debootstrap is not installed' : undefined;
}

/**
 * An image with what the Dockerfile expects of its base, for machines that reach no registry of images: a minimal Debian from its own packages, with the
 * Node and the npm of these tests, and a user "node".
 *
 * @returns its name, or why there is none: the packages cannot be reached.
 */
export async function debianBase(stand: ContainerStand): Promise<{ readonly image: string } | string> {
  const root = join(stand.folder, 'debian');
  try {
    await run('debootstrap', ['--variant=minbase', '--include=ca-certificates', release, root], { maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    return `not run here: debootstrap could not make a Debian (${said.trim().split('\n').at(-1)})`;
  }
  await copyNode(join(root, 'usr/local'));
  await addUser(root);
  const image = 'localhost/miyabi-base:1';
  await run('sh', ['-c', 'tar -C "$1" -c . | podman import - "$2"', 'sh', root, image], { env: stand.host });
  return { image };
}

async function copyNode(prefix: string): Promise<void> {
  const npm = await installedNpm();
  await mkdir(join(prefix, 'lib/node_modules'), { recursive: true });
  await cp(await realpath(process.execPath), join(prefix, 'bin/node'));
  await cp(npm, join(prefix, 'lib/node_modules/npm'), { recursive: true });
  for (const program of ['npm', 'npx']) await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, join(prefix, 'bin', program));
}

/** The folder of the npm that this machine has, by way of the program that is a link into it. */
async function installedNpm(): Promise<string> {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'npm'));
  const program = places.find((place) => existsSync(place));
  if (program === undefined) throw new Error('There is no npm in PATH.');
  return join(dirname(await realpath(program)), '..');
}

async function addUser(root: string): Promise<void> {
  const home = '/home/node';
  await appendFile(join(root, 'etc/passwd'), `node:x:${node}:${node}::${home}:/bin/bash\n`);
  await appendFile(join(root, 'etc/group'), `node:x:${node}:\n`);
  await mkdir(join(root, home), { recursive: true });
  await chown(join(root, home), node, node);
  await mkdir(dirname(join(root, 'usr/local/etc/npmrc')), { recursive: true });
}
