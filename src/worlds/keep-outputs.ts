import { constants } from 'node:fs';
import { chmod, copyFile, cp, lstat, mkdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { walk } from './walk.ts';

/** Moves what was installed out of its checkout into a folder that holds nothing else. Paths are relative to both. */
export async function moveOutputs(tree: string, outputs: readonly string[], target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const output of outputs) {
    await mkdir(dirname(join(target, output)), { recursive: true });
    await rename(join(tree, output), join(target, output)).catch(async (error: NodeJS.ErrnoException) => {
      // Another file system: a checkout in layers is one of its own.
      if (error.code !== 'EXDEV') throw error;
      await copy(join(tree, output), join(target, output));
    });
  }
}

async function copy(from: string, to: string): Promise<void> {
  if ((await lstat(from)).isDirectory()) {
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE });
  } else await cp(from, to, { verbatimSymlinks: true, preserveTimestamps: true });
}

/**
 * Makes everything below the folder nobody's but the owner's to write, and no file a second name of one that lies elsewhere:
 * through such a name a world could write into another. Permissions to act as somebody else are taken away.
 */
export async function tighten(folder: string): Promise<void> {
  for await (const { path, stats } of walk(folder)) {
    if (stats.isSymbolicLink()) continue;
    if (stats.isFile() && stats.nlink > 1) {
      const alone = `${path}.${process.pid}.alone`;
      await copyFile(path, alone, constants.COPYFILE_EXCL);
      await utimes(alone, stats.atime, stats.mtime);
      await rm(path);
      await rename(alone, path);
    }
    const mode = stats.mode & 0o7777;
    const wanted = (mode & 0o755) | (stats.isDirectory() ? 0o700 : 0o400);
    if (mode !== wanted) await chmod(path, wanted);
  }
}
