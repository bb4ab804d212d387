import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readlink, symlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BackedUpFile, BackedUpLink } from '../../domain/backup.ts';

const pieceBytes = 1 << 20;

interface Entry {
  readonly path: string;
  readonly isLink: boolean;
}

/** The plain files and the links below a folder, by their paths in it, sorted; of one that is not there, or goes meanwhile, nothing. */
export async function entriesBelow(folder: string): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  const folders = [''];
  // Each by itself: of the whole tree at once nothing would be told where one folder in it goes meanwhile.
  for (let inner = folders.pop(); inner !== undefined; inner = folders.pop()) {
    for (const entry of (await readdir(join(folder, inner), { withFileTypes: true }).catch(unlessAbsent)) ?? []) {
      const path = join(inner, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push({ path, isLink: entry.isSymbolicLink() });
    }
  }
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** Makes the same link elsewhere. @returns undefined for one that is not there any more. */
export async function copyLink(from: string, to: string, as: string): Promise<BackedUpLink | undefined> {
  const target = await readlink(from).catch(unlessAbsent);
  if (target === undefined) return undefined;
  await makeLink({ path: to, target });
  return { path: as, target };
}

export async function makeLink({ path, target }: BackedUpLink): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await symlink(target, path);
}

/**
 * Copies one file, safely against a power cut, and tells what was copied.
 *
 * @param as how it is called in the manifest.
 * @returns undefined for one that is not there any more.
 */
export async function copyFile(from: string, to: string, as: string): Promise<BackedUpFile | undefined> {
  await using source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW).catch(unlessAbsent);
  if (source === undefined) return undefined;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const { mode } = await source.stat();
  await using target = await open(to, 'wx', mode & 0o700);
  const digest = await pour(source, async (piece) => await target.writeFile(piece));
  await target.sync();
  return { path: as, ...digest };
}

/** The size and the digest of a file. */
export async function digestOf(path: string): Promise<Omit<BackedUpFile, 'path'>> {
  await using source = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  return await pour(source, async () => undefined);
}

async function pour(source: FileHandle, each: (piece: Uint8Array) => Promise<void>): Promise<Omit<BackedUpFile, 'path'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (;;) {
    const { buffer, bytesRead } = await source.read(Buffer.allocUnsafe(pieceBytes));
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    bytes += bytesRead;
    await each(piece);
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
