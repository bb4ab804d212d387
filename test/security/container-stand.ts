import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:net';
import { temporaryFolder } from '../support/temporary.ts';

/** A container engine with storage, settings and an image of its own; gone at the end of the tests. */
export interface ContainerStand extends AsyncDisposable {
  /** What `createContainerRung` is given as the environment of Miyabi. */
  readonly host: Readonly<Record<string, string>>;
  readonly image: string;
  readonly folder: string;
  readonly podman: (...args: readonly string[]) => string;
  /** The environment for a Docker command line that speaks to the same engine. */
  startDockerService(): Promise<Readonly<Record<string, string>>>;
}

export interface ImageContents {
  readonly programs?: readonly string[];
  readonly folders?: readonly string[];
  /** Files whose libraries are needed too. */
  readonly librariesOf?: readonly string[];
}

/** What the image holds; each with the libraries it needs. */
const programs = ['sh', 'env', 'cat', 'ls', 'id', 'sleep', 'mount', 'dd', 'touch', 'rm', 'mkdir', 'ln', 'true', 'head', 'ps', 'seq'];

/**
 * Podman with the settings a machine without systemd and without CAP_SYS_RESOURCE needs, and an image made of programs of this machine:
 * nothing is fetched.
 *
 * @param more what the image holds beside the usual programs of a shell and the libraries of our Node.
 * @returns why there is none, otherwise.
 */
export async function containerStand(more: ImageContents = {}): Promise<ContainerStand | string> {
  if (process.platform !== 'linux') return 'not run here: a stand for containers is only there for Linux';
  if (process.getuid?.() !== 0) return 'not run here: the stand for containers wants root';
  if (whereIs('podman') === undefined) return 'not run here: no container engine answers (podman is not installed)';
  const temporary = await temporaryFolder('miyabi-podman-');
  const folder = temporary.path;
  const host = writeSettings(folder);
  const podman = (...args: readonly string[]): string =>
    execFileSync('podman', args, { timeout: 60_000, env: host, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const services: (() => Promise<void>)[] = [];

  const clean = async (): Promise<void> => {
    unmountBelow(folder);
    await temporary[Symbol.asyncDispose]();
  };
  const remove = async (): Promise<void> => {
    for (const end of services) await end();
    try {
      podman('rm', '--all', '--force');
    } finally {
      await clean();
    }
  };
  const image = 'localhost/miyabi-test:1';
  try {
    makeImageRoot(join(folder, 'root'), more);
    execFileSync(
      'sh',
      [
        '-c',
        'tar -C "$1" -c . | podman import --change "$3" - "$2"',
        'sh',
        join(folder, 'root'),
        image,
        'ENV PATH=/usr/bin:/bin:/from/the/image',
      ],
      { timeout: 120_000, env: host, stdio: 'pipe' },
    );
    podman('run', '--rm', '--init', '--network=none', '--memory=64m', image, 'true');
  } catch (error) {
    await clean();
    return `not run here: no container engine answers (${String(error instanceof Error && 'stderr' in error ? error.stderr : error)
      .trim()
      .split('\n')
      .at(-1)})`;
  }
  return {
    host,
    image,
    folder,
    podman,
    async startDockerService() {
      const socket = join(folder, 'docker.sock');
      const service = spawn('podman', ['system', 'service', '--time=0', `unix://${socket}`], { env: host, stdio: 'ignore' });
      services.push(async () => {
        const gone = once(service, 'exit');
        if (service.kill()) await gone;
      });
      await untilListening(socket);
      return { ...host, DOCKER_HOST: `unix://${socket}` };
    },
    [Symbol.asyncDispose]: remove,
  };
}

export function whereIs(program: string): string | undefined {
  return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
    .map((folder) => join(folder, program))
    .find(existsSync);
}

function writeSettings(folder: string): Readonly<Record<string, string>> {
  const [containers, storage] = [join(folder, 'containers.conf'), join(folder, 'storage.conf')];
  const settings = [
    '[containers]',
    'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
    '[engine]',
    ...(whereIs('runc') === undefined ? [] : ['runtime = "runc"']),
    'cgroup_manager = "cgroupfs"',
    'events_logger = "file"',
    '',
  ];
  writeFileSync(containers, settings.join('\n'));
  writeFileSync(storage, ['[storage]', 'driver = "overlay"', `graphroot = "${folder}/graph"`, `runroot = "${folder}/run"`, ''].join('\n'));
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: folder,
    CONTAINERS_CONF: containers,
    CONTAINERS_STORAGE_CONF: storage,
  };
}

function makeImageRoot(root: string, more: ImageContents): void {
  for (const name of ['etc', 'tmp', 'proc', 'dev', 'sys', 'usr/bin', 'usr/sbin']) mkdirSync(join(root, name), { recursive: true });
  const isMerged = realpathSync('/bin') === realpathSync('/usr/bin');
  for (const name of isMerged ? ['bin', 'sbin', 'lib', 'lib64'] : []) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  const found = [...programs, ...(more.programs ?? [])].flatMap((name) => whereIs(name) ?? []);
  for (const program of found) copyInto(root, program);
  for (const folder of more.folders ?? []) cpSync(folder, join(root, folder), { recursive: true, verbatimSymlinks: true });
  const libraries = [...found, process.execPath, ...(more.librariesOf ?? [])].flatMap(librariesOf);
  for (const library of new Set(libraries)) copyInto(root, library);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
}

function copyInto(root: string, path: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (!existsSync(target)) copyFileSync(realpathSync(path), target);
}

function librariesOf(program: string): readonly string[] {
  try {
    const said = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return said.split('\n').flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  } catch {
    // Not a dynamic program.
    return [];
  }
}

async function untilListening(socket: string): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const answer = await new Promise<boolean>((resolve) => {
      const attempt = connect(socket, () => resolve(true)).on('error', () => resolve(false));
      attempt.on('connect', () => attempt.destroy());
    });
    if (answer) return;
    await wait(50);
  }
  throw new Error('The service of podman did not begin to listen.');
}

/** Podman mounts its own storage. */
function unmountBelow(folder: string): void {
  const mounts = execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.toReversed()) execFileSync('umount', [path]);
}
