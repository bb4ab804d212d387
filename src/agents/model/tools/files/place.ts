import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Failed, Refused } from './refused.ts';

/** Where something lies, or would lie, once all links are followed. */
export interface Place {
  /** Its real path. */
  readonly path: string;
  /** The folder that holds it; it may have to be made. */
  readonly folder: string;
  readonly name: string;
  /** Relative to the checkout; `.` for the checkout itself. */
  readonly shown: string;
  readonly exists: boolean;
}

/**
 * Finds out where a path leads, and that it leads nowhere outside of `root`.
 *
 * @param root a real path.
 * @param asked as a model gave it: relative to the root, or absolute and within it.
 * @throws Refused for a path that leaves the root, by itself or through links, and for what belongs to git.
 */
export function placeOf(root: string, asked: string): Place {
  if (asked.includes('\0')) throw new Refused('a path cannot hold a NUL character');
  const full = resolve(root, asked);
  insist(root, full);
  const real = realOf(full);
  insist(root, real.path);
  const shown = relative(root, real.path);
  return { path: real.path, folder: dirname(real.path), name: basename(real.path), shown: shown === '' ? '.' : shown, exists: real.exists };
}

function insist(root: string, path: string): void {
  const inside = relative(root, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw new Refused('the path leads out of the project');
  // File systems that do not tell cases apart, or that leave out dots and spaces at the end, know `.git` by these names too.
  const isGit = (part: string): boolean => /^\.git[. ]*$/i.test(part);
  if (inside.split(sep).some(isGit)) throw new Refused('what belongs to git is out of reach');
}

/** Of what does not exist: the real path of the nearest folder that does, with the rest behind it. */
function realOf(full: string): { readonly path: string; readonly exists: boolean } {
  const missing: string[] = [];
  for (let path = full; ; path = dirname(path)) {
    try {
      return { path: join(realpathSync(path), ...missing), exists: missing.length === 0 };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ELOOP') throw new Refused('the path leads through links that lead to themselves');
      if (code !== 'ENOENT' || path === dirname(path)) throw new Failed(`the path cannot be followed (${code})`);
      if (isLink(path)) throw new Refused('the path leads through a link to nothing');
      missing.unshift(basename(path));
    }
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
