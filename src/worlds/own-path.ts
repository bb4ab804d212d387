import { lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Takes away links that a program of a world has put in the place of the world's folder, of those above it that are ours
 * (`worlds/<run>/<task>/<world>`), or of the one in it that is ours alone: through them a removal would reach what they lead to.
 */
export async function removeLinksOnTheWay(root: string): Promise<void> {
  for (const path of [dirname(dirname(root)), dirname(root), root, join(root, 'private')]) {
    const found = await lstat(path).catch(unlessAbsent);
    if (found?.isSymbolicLink() === true) await rm(path);
  }
}

/** By what a folder can be told from another one in its place; undefined for what is no folder, a link to one included. */
export async function folderIdentity(path: string): Promise<string | undefined> {
  const found = await lstat(path, { bigint: true }).catch(unlessAbsent);
  return found?.isDirectory() === true ? `${found.dev}:${found.ino}` : undefined;
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
