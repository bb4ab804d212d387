import { constants } from 'node:fs';
import { cp, rm } from 'node:fs/promises';

/** Copies a folder, links as links; blocks are shared where the file system can. What was at `to` is gone. */
export async function copyTree(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
}
