import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

/** What is read of one file, and of all those of one run together, in bytes. */
export const mostRead = 64 * 1024 * 1024;

/**
 * Reads what a program of the target's left. Never waits, whatever it is, and reads no more than was there at first.
 *
 * @param most bytes
 * @returns undefined where there is no regular file, empty for one that is longer.
 */
export async function readForeign(path: string, most: number = mostRead): Promise<string | undefined> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(unlessNotThere);
  if (file === undefined) return undefined;
  const status = await file.stat();
  if (!status.isFile()) return undefined;
  const { size } = status;
  if (size > most) return '';
  const bytes = Buffer.alloc(size);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, size - length, length);
    length += bytesRead;
    if (bytesRead === 0) return bytes.toString('utf8', 0, length);
  }
}

/**
 * Hands over a folder inside of a checkout by a path that keeps leading to this very folder, however programs move things about
 * meanwhile (on systems without `/proc`: as long as nothing is moved).
 *
 * @param directory real path of the checkout.
 * @param path relative to it; may lead through links, as long as they stay inside.
 * @returns undefined where there is no such folder, or it lies outside.
 */
export async function withFolderInside<Result>(
  directory: string,
  path: string,
  use: (folder: string) => Promise<Result>,
): Promise<Result | undefined> {
  const real = await realpath(join(directory, path)).catch(unlessNotThere);
  if (real === undefined) return undefined;
  const inside = relative(directory, real);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  if (process.platform !== 'linux') return use(real);
  await using folder = await openFolder(directory, inside === '' ? [] : inside.split(sep));
  return folder === undefined ? undefined : await use(`/proc/self/fd/${folder.fd}`);
}

/** Each name is looked up in the folder that was opened before, whatever lies at its path by now. */
async function openFolder(directory: string, names: readonly string[]): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  let folder = await open(directory, flags).catch(unlessNotThere);
  for (const name of names) {
    if (folder === undefined) return undefined;
    await using above: FileHandle = folder;
    folder = await open(`/proc/self/fd/${above.fd}/${name}`, flags).catch(unlessNotThere);
  }
  return folder;
}

/** What the system says of a path that leads to nothing of the kind. */
const notThere = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EACCES', 'ENAMETOOLONG'];

function unlessNotThere(error: NodeJS.ErrnoException): undefined {
  if (!notThere.includes(error.code ?? '')) throw error;
}
