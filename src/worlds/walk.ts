import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One thing on the disk; a link is a thing of its own. */
export interface Entry {
  /** Absolute. */
  readonly path: string;
  readonly stats: Stats;
}

/** A file or folder and all that lies in it, folders before their content, in the order of names. Links are not followed. */
export async function* walk(path: string): AsyncGenerator<Entry> {
  const stats = await lstat(path);
  yield { path, stats };
  if (!stats.isDirectory()) return;
  for (const name of (await readdir(path)).toSorted()) yield* walk(join(path, name));
}

/** Whether every folder on the way from `root` to `path` (relative) is a real one, so that the path leads where it says. */
export async function leadsThere(root: string, path: string): Promise<boolean> {
  const parts = path.split('/').slice(0, -1);
  for (let length = 1; length <= parts.length; length += 1) {
    const found = await lstat(join(root, ...parts.slice(0, length))).catch(() => undefined);
    if (found?.isDirectory() !== true) return false;
  }
  return true;
}
