import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * SHA-256 over a folder, in hexadecimal: the path, kind, and content of everything in it, in the order of the bytes of the paths. Of
 * permissions only whether a file can be executed counts; empty folders count, times and owners do not.
 *
 * @throws Error for what is neither a file, a folder nor a link: a release holds nothing else.
 */
export async function folderDigest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  await addFolder(folder, '');
  return hash.digest('hex');

  async function addFolder(directory: string, relative: string): Promise<void> {
    const names = (await readdir(directory)).toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    for (const name of names) {
      const path = join(directory, name);
      const under = relative === '' ? name : `${relative}/${name}`;
      const stats = await lstat(path);
      if (stats.isSymbolicLink()) add('link', under, await readlink(path));
      else if (stats.isFile()) add((stats.mode & 0o111) === 0 ? 'file' : 'program', under, await contentOf(path));
      else if (stats.isDirectory()) {
        add('folder', under, '');
        await addFolder(path, under);
      } else throw new Error(`${path} is neither a file, a folder nor a link.`);
    }
  }

  /** No name, and no target of a link, holds a NUL. */
  function add(kind: 'file' | 'program' | 'folder' | 'link', path: string, content: string): void {
    hash.update(`${kind}\0${path}\0${content}\0`);
  }
}

async function contentOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
