import type { WorldLimits } from '../../../ports/sandbox.ts';
import { mountOption, orderMounts, tmpfsOption } from './mounts.ts';
import type { Mount } from './mounts.ts';

export type EngineName = 'docker' | 'podman';

/** Whom the programs of a container are: ourselves, because the folders they write are ours. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ContainerRequest {
  readonly engine: EngineName;
  readonly image: string;
  readonly user: ContainerUser;
  /** Unlike that of any other container. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Folders that the image declares as volumes, which the engine would otherwise give it as much disk for as it likes. */
  readonly volumes: readonly string[];
  /** Path of a filter of system calls; absent: the engine's own. */
  readonly filter: string | undefined;
  /** Path, inside, of the shell script that it begins with. */
  readonly script: string;
  readonly readsInput: boolean;
  readonly limits: Pick<WorldLimits, 'memoryBytes' | 'processes' | 'cpus' | 'diskBytes'>;
  /** Whether the engine is to hold it to them: one that cannot says so on the error output of every program. */
  readonly isBounded: boolean;
}

const mebibyte = 1024 * 1024;
/** What /tmp may hold at most; it counts as memory of the world. */
const temporaryBytes = 512 * mebibyte;
/** Docker and Podman refuse less. */
const leastMemory = 6 * mebibyte;

/**
 * The arguments for Docker or Podman that run one program in a container of its own: nothing of the machine but what is
 * mounted, no network, no capability, nothing that a program could gain (setuid programs included), the engine's own list of allowed system calls,
 * and the limits. Nothing is pulled. The container stays until it is removed, so that it can be asked why it ended.
 *
 * @throws Failure (configuration) for a path that cannot be mounted.
 */
export function runOptions(request: ContainerRequest): string[] {
  const { engine, user, limits } = request;
  const temporary = Math.max(mebibyte, Math.floor(Math.min(temporaryBytes, limits.memoryBytes / 2, limits.diskBytes)));
  const tmpfs = (path: string): string[] => ['--tmpfs', tmpfsOption(path, `rw,exec,nosuid,nodev,size=${temporary},mode=1777`)];
  return [
    'run',
    `--name=${request.name}`,
    ...Object.entries(request.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    '--pull=never',
    // Signals reach the program, and what it leaves behind is taken care of.
    '--init',
    ...(request.readsInput ? ['--interactive'] : []),
    '--read-only',
    '--network=none',
    '--hostname=world',
    '--ipc=private',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    ...(request.filter === undefined ? [] : [`--security-opt=seccomp=${request.filter}`]),
    // Relabelling would change the user's own files.
    '--security-opt=label=disable',
    `--user=${user.uid}:${user.gid}`,
    ...(request.isBounded ? bounds(limits) : []),
    // Whoever removes it has waited already.
    '--stop-timeout=0',
    // What it prints is read here; a copy kept by the engine could fill the disk.
    '--log-driver=none',
    '--no-healthcheck',
    ...engineOptions(engine, user),
    ...tmpfs('/tmp'),
    ...request.volumes.filter((path) => path !== '/tmp' && path.startsWith('/')).flatMap(tmpfs),
    ...orderMounts(request.mounts).flatMap((mount) => ['--mount', mountOption(mount)]),
    '--workdir=/',
    '--env=MIYABI_PROCESS',
    '--entrypoint=/bin/sh',
    '--',
    request.image,
    request.script,
  ];
}

function bounds(limits: ContainerRequest['limits']): string[] {
  const memory = Math.max(leastMemory, Math.floor(limits.memoryBytes));
  return [
    `--pids-limit=${Math.max(1, Math.floor(limits.processes))}`,
    `--memory=${memory}`,
    `--memory-swap=${memory}`,
    `--cpus=${Math.max(0.01, limits.cpus)}`,
  ];
}

function engineOptions(engine: EngineName, user: ContainerUser): string[] {
  if (engine === 'docker') return [];
  // Without the first, /run, /tmp and /var/tmp may hold as much as the memory does; the second is for root, who may read them.
  const own = ['--read-only-tmpfs=false', '--security-opt=mask=/proc/kallsyms:/proc/slabinfo'];
  // Without root Podman maps users; ours has to stay ours, or the folders could not be written.
  return user.uid === 0 ? own : [...own, '--userns', 'keep-id'];
}
