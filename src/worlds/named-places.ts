import { readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { walk } from './walk.ts';

/** What in an installation names the folder in which it was made; paths are relative to the checkout. */
export type NamedPlaces =
  /** Each can be written anew in another folder. */
  | { readonly kind: 'movable'; readonly files: readonly string[]; readonly links: readonly string[] }
  | { readonly kind: 'fixed'; readonly reason: string };

/** The folder of an installation. */
export interface InstalledIn {
  /** The paths by which it is known. */
  readonly from: readonly string[];
  /** What of a world's folder it is: the one that holds the checkout, or the checkout. */
  readonly to: 'root' | 'tree';
}

/** Larger files are not read. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Looks for the building folder in what was installed. Start scripts, notes of package managers and the settings of virtual
 * environments name it as text. Compiled Python names its source, which Python looks up anew. Any other program that names it
 * would go on to use what no longer lies there.
 */
export async function namedPlaces(tree: string, outputs: readonly string[], installedIn: InstalledIn): Promise<NamedPlaces> {
  return await lookThrough(tree, outputs, installedIn).catch((error: NodeJS.ErrnoException): NamedPlaces => {
    // It was listed a moment ago, and nobody else is at work there.
    if (error.code !== 'ENOENT') throw error;
    return { kind: 'fixed', reason: 'something that was installed has a name that is no text.' };
  });
}

async function lookThrough(tree: string, outputs: readonly string[], { from, to }: InstalledIn): Promise<NamedPlaces> {
  const files: string[] = [];
  const links: string[] = [];
  const needles = from.map((path) => Buffer.from(path));
  for (const output of outputs) {
    for await (const { path, stats } of walk(join(tree, output))) {
      const shown = relative(tree, path);
      if (stats.isSymbolicLink()) {
        const target = await readlink(path);
        if (!isAbsolute(target)) continue;
        const base = from.find((folder) => `${target}/`.startsWith(`${folder}/`));
        if (base === undefined) continue;
        const checkout = to === 'root' ? `${base}/tree/` : `${base}/`;
        if (!`${target}/`.startsWith(checkout))
          return { kind: 'fixed', reason: `${shown} is a link to what lies outside of the checkout.` };
        links.push(shown);
      } else if (stats.isFile()) {
        if (stats.size > mostBytes) return { kind: 'fixed', reason: `${shown} is too large to be looked through.` };
        const content = await readFile(path);
        if (!needles.some((needle) => content.includes(needle)) || path.endsWith('.pyc')) continue;
        if (content.includes(0)) return { kind: 'fixed', reason: `${shown} is a program that holds the path where it was installed.` };
        files.push(shown);
      } else if (!stats.isDirectory()) return { kind: 'fixed', reason: `${shown} is neither a file nor a folder nor a link.` };
    }
  }
  return { kind: 'movable', files, links };
}
