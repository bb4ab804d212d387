import type { ProcessRequest } from '../../../ports/process.ts';
import type { Mount } from './mounts.ts';
import type { SystemView } from './system-view.ts';

/** Options of bubblewrap that not every version has. */
export interface KnownOptions {
  /** Version 0.8: no further user namespaces inside. */
  readonly disableUserns: boolean;
  /** Version 0.8: temporary file systems of a certain size. */
  readonly size: boolean;
}

export interface View {
  readonly system: SystemView;
  readonly mounts: readonly Mount[];
  /** A folder of our own that is seen as /etc. */
  readonly settings: string;
  /** Of /tmp; it is held in memory and gone with the program. */
  readonly temporaryBytes: number;
}

/** As many as Docker gives. */
const sharedMemoryBytes = 64 * 1024 * 1024;

/**
 * The options that build the world of one program around it: namespaces of its own (users, processes, network, IPC, host name,
 * control groups), no capabilities, and a file system of which only `view` exists. Last, everything that is not part of a mount of
 * its own becomes read-only.
 *
 * No new session: the runner gives each program one without a terminal, and in the same process group as bubblewrap a program can
 * be asked to end before it is killed.
 */
export function bubblewrapOptions(view: View, request: Pick<ProcessRequest, 'cwd' | 'env'>, known: KnownOptions): readonly string[] {
  const { system, mounts, settings } = view;
  return [
    ['--unshare-all', '--unshare-user', ...(known.disableUserns ? ['--disable-userns'] : [])],
    ['--die-with-parent', '--cap-drop', 'ALL', '--hostname', 'world'],
    system.links.flatMap(({ path, target }) => ['--symlink', target, path]),
    ['--proc', '/proc'],
    system.frozen.flatMap((path) => ['--ro-bind', path, path]),
    system.emptied.flatMap((path) => ['--ro-bind', '/dev/null', path]),
    ['--dev', '/dev', '--remount-ro', '/dev'],
    temporary('/dev/shm', sharedMemoryBytes, known),
    temporary('/tmp', view.temporaryBytes, known),
    ['--dir', '/run', '--dir', '/var', '--symlink', '/tmp', '/var/tmp'],
    ['--ro-bind', settings, '/etc'],
    mounts.flatMap(mountOptions),
    mounts.flatMap(({ path, as }) => (as === 'empty' ? ['--remount-ro', path] : [])),
    ['--remount-ro', '/', '--chdir', request.cwd],
    environmentOptions(request.env),
  ].flat();
}

function temporary(path: string, bytes: number, known: KnownOptions): readonly string[] {
  return ['--perms', '1777', ...(known.size ? ['--size', String(Math.floor(bytes))] : []), '--tmpfs', path];
}

function mountOptions({ path, as }: Mount): readonly string[] {
  switch (as) {
    case 'writable':
      return ['--bind', path, path];
    case 'readable':
      return ['--ro-bind', path, path];
    case 'empty':
      return ['--tmpfs', path];
  }
}

/** Bubblewrap itself is started with nothing but a PATH: what stands in the environment of a world must not reach a program outside of it. */
function environmentOptions(env: ProcessRequest['env']): readonly string[] {
  const ours = ['PATH', 'OLDPWD', 'SHLVL', '_'].filter((name) => env[name] === undefined);
  return [...ours.flatMap((name) => ['--unsetenv', name]), ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value])];
}

/**
 * Opens the files that bubblewrap reads (options and filter) and becomes bubblewrap. SIGTERM is ignored where the supervisor can
 * turn that back for the program: it is for the program to end, and for the sandbox to end after it.
 */
const wrapper = `
program=$1 options=$2 filter=$3
shift 3
[ -z "$graceful" ] || trap '' TERM
if [ -n "$filter" ]; then exec "$program" --args 3 --seccomp 4 -- "$@" 3<"$options" 4<"$filter"; fi
exec "$program" --args 3 -- "$@" 3<"$options"
`;

export interface Wrapping {
  readonly program: string;
  /** Holds the options, each ended by a NUL. */
  readonly optionsFile: string;
  /** Holds the seccomp program. */
  readonly filterFile: string | undefined;
  readonly graceful: boolean;
}

/** The command that runs `command` in bubblewrap with options from a file: there may be many, and others must not read them. */
export function wrapped(command: readonly [string, ...string[]], wrapping: Wrapping): [string, ...string[]] {
  const { program, optionsFile, filterFile, graceful } = wrapping;
  const script = `graceful=${graceful ? 'yes' : ''}${wrapper}`;
  return ['/bin/sh', '-c', script, 'miyabi-sandbox', program, optionsFile, filterFile ?? '', ...command];
}
