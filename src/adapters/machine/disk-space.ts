import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface DiskSpace {
  readonly bytes: number;
  /** Of what ordinary users may fill, 0 to 1. */
  readonly usedShare: number;
}

/** The file system that holds a folder, or will hold it once it is made. @throws Error of the system. */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const { blocks, bfree, bavail, bsize } = await statfs(existing);
  const used = blocks - bfree;
  return { bytes: blocks * bsize, usedShare: used + bavail > 0 ? used / (used + bavail) : 0 };
}
