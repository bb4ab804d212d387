import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { DeployRefused } from '../../../../ports/deployer.ts';
import { systemProgram } from '../../../namespace/capabilities.ts';

const run = promisify(execFile);
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

export interface WalledPlace {
  /** Seen, and never written to. */
  readonly folder: string;
  /** Its own, to write to. */
  readonly home: string;
  /** Absolute paths of what it must not see; what is not there is not hidden. */
  readonly hidden: readonly string[];
  readonly user: string | undefined;
}

/** How a program is started so that it sees its own folder, and not what is hidden. */
export interface WalledCommand {
  readonly command: readonly [string, ...string[]];
  readonly uid?: number;
  readonly gid?: number;
}

export interface Walls {
  /** For people: what is hidden how, or why nothing is. */
  readonly sentence: string;
  /** @throws DeployRefused where there is no such user. */
  around(place: WalledPlace, command: readonly [string, ...string[]]): Promise<WalledCommand>;
}

/**
 * Bubblewrap where it works here: the machine as it is, with the hidden places empty and the release read-only. A release is what was
 * reviewed and merged, so this keeps it from what is none of its business rather than in; where there is no bubblewrap it runs without.
 */
export async function openWalls(): Promise<Walls> {
  const program = process.platform === 'linux' ? systemProgram('bwrap') : undefined;
  const found = program === undefined ? { why: 'there is no bubblewrap here' } : await findOptions(program);
  if (program === undefined || 'why' in found)
    return {
      sentence: `Releases see whatever their user may see: ${'why' in found ? found.why : ''}.`,
      around: async (place, command) => (place.user === undefined ? { command } : { command, ...(await accountOf(place.user)) }),
    };
  return {
    sentence: found.sentence,
    async around(place, command) {
      const as = place.user === undefined ? [] : await becoming(place.user);
      return { command: [program, ...options(place, found.own), '--', ...as, ...command] };
    },
  };
}

interface Found {
  readonly own: readonly string[];
  readonly sentence: string;
}

/** With processes of its own where that is allowed: what stands in the environment of others, ours among them, is then not seen either. */
const kinds: readonly Found[] = [
  {
    own: ['--unshare-pid', '--proc', '/proc'],
    sentence: "Releases see neither Miyabi's own folders, nor the secrets of the home, nor other processes: bubblewrap hides them.",
  },
  {
    own: [],
    sentence: "Releases do not see Miyabi's own folders or the secrets of the home: bubblewrap hides them; other processes can be seen.",
  },
];

async function findOptions(program: string): Promise<Found | { readonly why: string }> {
  let said = '';
  for (const kind of kinds) {
    try {
      const tried = ['--dev-bind', '/', '/', ...kind.own, '--tmpfs', '/tmp', '--remount-ro', '/tmp', '--', 'true'];
      await run(program, tried, { env: environment, timeout: 10_000 });
      return kind;
    } catch (error) {
      if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string') said = error.stderr.trim();
    }
  }
  return { why: `bubblewrap does not work here${said === '' ? '' : ` (${said})`}` };
}

/** In the order in which they are mounted: what is hidden first, what must be seen in it afterwards. */
function options({ folder, home, hidden }: WalledPlace, own: readonly string[]): readonly string[] {
  const there = hidden.filter((path) => existsSync(path)).toSorted();
  const outermost = there.filter((path) => !there.some((above) => path.startsWith(`${above}/`)));
  const folders = outermost.filter((path) => statSync(path).isDirectory());
  const files = outermost.filter((path) => !folders.includes(path));
  return [
    ['--dev-bind', '/', '/', ...own],
    folders.flatMap((path) => ['--perms', '0755', '--tmpfs', path]),
    files.flatMap((path) => ['--ro-bind', '/dev/null', path]),
    [folder, home].flatMap((path) => leadingTo(path, folders)).flatMap((path) => ['--perms', '0755', '--dir', path]),
    ['--ro-bind', folder, folder, '--bind', home, home],
    folders.flatMap((path) => ['--remount-ro', path]),
    ['--chdir', folder],
  ].flat();
}

/** Folders that have to be made again in what is hidden, for everybody to go through: bubblewrap would make them for their owner alone. */
function leadingTo(path: string, hidden: readonly string[]): readonly string[] {
  const above = dirname(path);
  return hidden.some((folder) => above.startsWith(`${folder}/`)) ? [...leadingTo(above, hidden), above] : [];
}

/** Whoever sets up the walls is root, and becomes the user inside of them. */
async function becoming(user: string): Promise<readonly string[]> {
  const { uid, gid } = await accountOf(user);
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--inh-caps=-all', '--no-new-privs', '--'];
}

/** @throws DeployRefused where there is no such user. */
export async function accountOf(user: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const ask = async (option: string): Promise<number> => {
    const asked = await run('id', [option, '--', user], { env: environment }).catch((cause: unknown) => {
      throw new DeployRefused(`there is no user ${user} on this machine`, { cause });
    });
    return Number(asked.stdout);
  };
  return { uid: await ask('-u'), gid: await ask('-g') };
}
