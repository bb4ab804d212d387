import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessRunner } from '../../ports/process.ts';
import { systemProgram } from '../namespace/capabilities.ts';

interface Tools {
  readonly process: ProcessRunner;
  readonly path: string;
}

/** How often a mount that is in use is tried again before it is taken out of the tree of folders all the same, and how long between, in ms. */
const tries = { count: 5, waitMs: 40 } as const;

/** What a mount of ours says it comes from; nobody else's is ever taken away. */
export const mountSource = 'miyabi';

/** Where something of ours is mounted at or below a folder, as this process sees it, the innermost first; nothing where there is no /proc. */
export async function mountsBelow(directory: string): Promise<readonly string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  const real = await realPlace(directory);
  return mountPointsIn(text)
    .filter((path) => path === real || path.startsWith(`${real}/`))
    .toReversed();
}

/** The system names mounts by their real path. The folder itself may be gone; what stands in its place, and may be a link, is not followed. */
async function realPlace(path: string): Promise<string> {
  const above = dirname(path);
  if (above === path) return path;
  const real = await realpath(above).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return realPlace(above);
  });
  return join(real, basename(path));
}

export async function isMounted(directory: string): Promise<boolean> {
  return (await mountsBelow(directory)).includes(await realPlace(directory));
}

/**
 * Where what is ours is mounted. Each line has the place in its fifth field, and the source as the second one after a dash; the
 * system writes space, tab, newline and backslash as octal numbers.
 */
export function mountPointsIn(mountinfo: string): readonly string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' '))
    .filter((fields) => fields[fields.indexOf('-') + 2] === mountSource)
    .map(([, , , , place = '']) => place.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))));
}

/**
 * Takes away everything that is mounted at or below a folder. What is in use is tried again for a moment; after that it vanishes
 * from the folder at once and ends when its last user does.
 *
 * @returns the paths. @throws Error naming what the system said where it cannot be taken away.
 */
export async function unmountBelow(tools: Tools, directory: string): Promise<readonly string[]> {
  const unmounted: string[] = [];
  for (let round = 0; ; round += 1) {
    const paths = await mountsBelow(directory);
    if (paths.length === 0) return [...new Set(unmounted)];
    const lazy = round >= tries.count;
    let problem = '';
    for (const path of paths) {
      const said = await unmount(tools, path, lazy);
      if (said === undefined) unmounted.push(path);
      else problem = said;
    }
    if (problem !== '' && lazy) throw new Error(`What is mounted at ${directory} could not be unmounted: ${problem}`);
    if (problem !== '') await wait(tries.waitMs);
  }
}

/**
 * The system's own program of that name: it is started with privileges, and what lies on a user's PATH is not to have them.
 *
 * @throws Error where there is none.
 */
export function systems(name: 'mount' | 'umount'): string {
  const path = systemProgram(name);
  if (path === undefined) throw new Error(`The system has no ${name} of its own.`);
  return path;
}

/** @returns undefined, or why not. */
async function unmount(tools: Tools, path: string, lazy: boolean): Promise<string | undefined> {
  const result = await tools.process.run({
    command: [systems('umount'), '-n', '-i', ...(lazy ? ['-l'] : []), '--', path],
    cwd: '/',
    env: { PATH: tools.path, LC_ALL: 'C' },
    timeoutMs: 30_000,
    keepBytes: 4096,
    staysInGroup: true,
    keepsCapabilities: true,
  });
  if (result.end.kind === 'exited' && result.end.code === 0) return undefined;
  return result.stderr.trim() || JSON.stringify(result.end);
}
