import { accessSync, constants, readFileSync } from 'node:fs';

/** Bits of a capability set, as in `capabilities(7)`. */
const setPcap = 1n << 8n;
const sysAdmin = 1n << 21n;

/** What this process may do beyond any other of its user's. Empty outside of Linux. */
export interface HeldCapabilities {
  /** Programs that it starts may do the same, although they are not root. For root itself this is false: it is not root by inheritance. */
  readonly inherited: boolean;
  /** Whether it may mount file systems in its own mount namespace without being root. */
  readonly mayMount: boolean;
  /** Whether it may shrink what its children can ever regain. */
  readonly mayLimit: boolean;
}

/** Looks at this process. @param status the text of its `/proc/self/status`, empty where there is none. @param user its effective user id. */
export function heldCapabilities(status: string = ownStatus(), user: number | undefined = process.geteuid?.()): HeldCapabilities {
  if (status === '' || user === 0) return { inherited: false, mayMount: false, mayLimit: false };
  const set = (name: string): bigint => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  const effective = set('CapEff');
  return { inherited: set('CapAmb') !== 0n, mayMount: (effective & sysAdmin) !== 0n, mayLimit: (effective & setPcap) !== 0n };
}

function ownStatus(): string {
  if (process.platform !== 'linux') return '';
  try {
    return readFileSync('/proc/self/status', 'latin1');
  } catch {
    // Without /proc nothing of all this works.
    return '';
  }
}

/** Where the system keeps its own programs; the user's PATH has no say in which of them handle privileges. */
const systemFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/run/current-system/sw/bin'];

/** The path of a program of the system's own. */
export function systemProgram(name: string): string | undefined {
  return systemFolders.map((folder) => `${folder}/${name}`).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Command line that gives up everything for good and becomes the program that follows. */
export function droppingCapabilities(held: Pick<HeldCapabilities, 'mayLimit'>): readonly string[] | undefined {
  const setpriv = systemProgram('setpriv');
  if (setpriv === undefined) return undefined;
  return [setpriv, '--inh-caps=-all', '--ambient-caps=-all', ...(held.mayLimit ? ['--bounding-set=-all'] : []), '--no-new-privs', '--'];
}
