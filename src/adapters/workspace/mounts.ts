import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessRunner } from '../../ports/process.ts';

interface Tools {
  readonly process: ProcessRunner;
  readonly path: string;
}

/** How often a mount that is in use is tried again before it is taken out of the tree of folders all the same, and how long between, in ms. */
const tries = { count: 5, waitMs: 40 } as const;

/** Where something is mounted at or below a folder, as this process sees it, the innermost first; nothing where there is no /proc. */
export async function mountsBelow(directory: string): Promise<readonly string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  return mountPointsIn(text)
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .toReversed();
}

/** The fifth field of each line. The system writes space, tab, newline and backslash as octal numbers, each byte of its own. */
export function mountPointsIn(mountinfo: string): readonly string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((field) => field !== undefined)
    .map((field) => field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))));
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

/** @returns undefined, or why not. */
async function unmount(tools: Tools, path: string, lazy: boolean): Promise<string | undefined> {
  const result = await tools.process.run({
    command: ['umount', '-n', '-i', ...(lazy ? ['-l'] : []), '--', path],
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
