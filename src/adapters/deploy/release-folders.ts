import { chmod, cp, lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { ReleaseFolders } from '../../ports/release-folders.ts';
import { folderDigest } from './folder-digest.ts';

/** Releases as folders below the state folder, each put in its place by one rename. */
export function releaseFolders(): ReleaseFolders {
  return {
    async keep({ tree, output, to, but }) {
      const from = await folderIn(tree, output);
      const growing = `${to}.growing`;
      await removeReadOnly(growing);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      const top = await realpath(tree);
      const left = new Set(but.map((path) => join(top, path)));
      await cp(from, growing, {
        recursive: true,
        verbatimSymlinks: true,
        preserveTimestamps: true,
        mode: constants.COPYFILE_FICLONE,
        filter: (source) => !left.has(source),
      });
      await changeModes(growing, withoutWriting);
      await removeReadOnly(to);
      await rename(growing, to);
      return await folderDigest(to);
    },
    has: async (folder, digest) => (await isFolder(folder)) && (await folderDigest(folder)) === digest,
  };
}

/** Where the folder really lies. */
async function folderIn(tree: string, output: string): Promise<string> {
  const asked = join(tree, output);
  if (!(await isFolder(asked))) throw nothingThere(asked);
  const [top, found] = await Promise.all([realpath(tree), realpath(asked)]);
  if (found !== top && !found.startsWith(`${top}/`)) throw nothingThere(asked);
  return found;
}

function nothingThere(folder: string): Failure {
  return new Failure('failed', {
    what: 'The build left nothing to deploy.',
    why: `There is no folder ${folder} of its own.`,
    fix: 'Name the folder that the build writes as `build.output` of the project in `deploy.projects`.',
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

const withoutWriting = (mode: number): number => mode & 0o555;
const withWriting = (mode: number): number => mode | 0o700;

/** Of the folder and all in it, but for links, which have none of their own. */
async function changeModes(path: string, change: (mode: number) => number): Promise<void> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return;
  const mode = change(stats.mode & 0o777);
  // A folder is looked through while that is allowed.
  if (stats.isDirectory()) {
    await chmod(path, withWriting(stats.mode & 0o777));
    for (const name of await readdir(path)) await changeModes(join(path, name), change);
  }
  await chmod(path, mode);
}

/** What is read-only cannot be removed by anybody but root. */
async function removeReadOnly(path: string): Promise<void> {
  if (!(await isFolder(path))) return;
  await changeModes(path, withWriting);
  await rm(path, { recursive: true, force: true });
}
