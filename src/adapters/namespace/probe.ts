import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { droppingCapabilities, systemProgram } from './capabilities.ts';

/** Whether this user may make a user namespace in which overlays can be mounted, and children can be stripped of that power. */
export type Probed =
  /** @property command becomes the program that follows it, with the same process id, inside of such a namespace. */
  | { readonly kind: 'possible'; readonly command: readonly [string, ...string[]] }
  | { readonly kind: 'impossible'; readonly reason: string; readonly fix: string };

/** Everything happens on a file system in memory that is gone with the namespace: nothing is left, however this ends. */
const script = `
mount=$1
shift
"$mount" -t tmpfs -o size=1m miyabi /tmp || exit
cd /tmp && mkdir lower upper work merged || exit
"$mount" -t overlay -o userxattr,lowerdir=lower,upperdir=upper,workdir=work miyabi merged || exit
exec "$@" true
`;

const probeMs = 5_000;

/** Tries it out, in about 10 ms. */
export function probeNamespace(): Probed {
  const unshare = systemProgram('unshare');
  const mount = systemProgram('mount');
  const dropping = droppingCapabilities({ mayLimit: true });
  if (unshare === undefined || mount === undefined || dropping === undefined) {
    return { kind: 'impossible', reason: 'unshare, mount or setpriv is missing', fix: 'Install util-linux 2.38 or newer.' };
  }
  // Mounts of the machine that go away meanwhile go away here too; ours are never seen outside.
  const command = [unshare, '--map-current-user', '--keep-caps', '--mount', '--propagation', 'slave', '--'] as const;
  const [program, ...args] = command;
  const tried = spawnSync(program, [...args, '/bin/sh', '-c', script, 'sh', mount, ...dropping], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: probeMs,
    killSignal: 'SIGKILL',
  });
  if (tried.status === 0) return { kind: 'possible', command: [...command] };
  const said = tried.error?.message ?? tried.stderr.trim().split('\n').at(-1) ?? '';
  return { kind: 'impossible', ...explained(said === '' ? `the attempt ended with ${tried.signal ?? tried.status}` : said) };
}

/** The settings by which systems forbid it, with the value that does. */
const settings = [
  ['kernel.unprivileged_userns_clone', '0', 'sysctl kernel.unprivileged_userns_clone=1'],
  ['user.max_user_namespaces', '0', 'sysctl user.max_user_namespaces=10000'],
  ['user.max_mnt_namespaces', '0', 'sysctl user.max_mnt_namespaces=10000'],
  [
    'kernel.apparmor_restrict_unprivileged_userns',
    '1',
    'an AppArmor profile that lets /usr/bin/unshare use `userns`, or sysctl kernel.apparmor_restrict_unprivileged_userns=0',
  ],
] as const;

function explained(said: string): { readonly reason: string; readonly fix: string } {
  const at = settings.find(([name, forbidding]) => readSetting(name) === forbidding);
  if (at === undefined) return { reason: said, fix: 'Linux 5.11 or newer with user namespaces and util-linux 2.38 or newer are needed.' };
  const [name, value, remedy] = at;
  return { reason: `${said}; this machine has ${name}=${value}`, fix: `It is allowed by: ${remedy}.` };
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'latin1').trim();
  } catch {
    // A kernel without this setting does not forbid by it.
    return undefined;
  }
}
