import { lstat, unlink } from 'node:fs/promises';
import { unless } from './on-disk.ts';

/** @returns the bytes that it had; undefined when it was gone already. */
export async function removeFile(path: string): Promise<number | undefined> {
  const found = await unless(['ENOENT'], lstat(path));
  if (found === undefined) return undefined;
  const unlinked = await unless(
    ['ENOENT'],
    unlink(path).then(() => true),
  );
  return unlinked === undefined ? undefined : found.size;
}
