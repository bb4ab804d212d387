import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where a path leads, every link followed; of one that does not exist the part that does is followed. */
export function whereabouts(path: string): string {
  return path === '/' || isThere(path) ? realpathSync(path) : join(whereabouts(dirname(path)), basename(path));
}

/** Also true of a link that leads nowhere. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
