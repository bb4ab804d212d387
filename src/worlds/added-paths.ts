import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';

/**
 * What lies in a checkout beyond its commit: the topmost files and folders, relative to it, without git's own.
 * Folders that are new are not looked into.
 * @param committed the paths of all files of the commit
 */
export async function addedPaths(tree: string, committed: Iterable<string>): Promise<readonly string[]> {
  const known = new Set<string>();
  for (const path of committed) {
    for (let at = path; at !== '.' && !known.has(at); at = posix.dirname(at)) known.add(at);
  }
  const added: string[] = [];
  async function visit(folder: string): Promise<void> {
    for (const entry of await entriesIn(join(tree, folder))) {
      const path = posix.join(folder, entry.name);
      if (path === '.git') continue;
      if (known.has(path)) {
        if (entry.isDirectory()) await visit(path);
      } else added.push(path);
    }
  }
  await visit('');
  return added.toSorted();
}

/** Every file and link of a fresh checkout, relative to it, without git's own. */
export async function filesIn(tree: string): Promise<readonly string[]> {
  const files: string[] = [];
  async function visit(folder: string): Promise<void> {
    for (const entry of await entriesIn(join(tree, folder))) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && path !== '.git') await visit(path);
      else if (path !== '.git') files.push(path);
    }
  }
  await visit('');
  return files;
}

/** Of a folder whose name is no text nothing can be said. */
async function entriesIn(folder: string): Promise<readonly Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return [];
  });
}
