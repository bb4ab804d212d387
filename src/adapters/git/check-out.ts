import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import type { Mirror } from '../../ports/git.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { removeFolder } from './remove-folder.ts';

/**
 * A new folder with the files of a commit. Nothing of the mirror is written and no lock is needed: the folder has a repository of
 * its own, and git fills it through an index that only we know.
 */
export async function checkOut(tools: MirrorTools, request: Parameters<Mirror['checkOut']>[0]): Promise<void> {
  const { directory, commit, index = join(directory, '.git', 'index') } = request;
  await mkdir(dirname(directory), { recursive: true });
  await mkdir(directory);
  try {
    await giveOwnRepository(tools, directory, commit);
    await tools.git.run({ ...tools.profile, workTree: directory, indexFile: index }, ['read-tree', '--reset', '-u', commit]);
    await giveIndex(directory, index);
  } catch (error) {
    const full = await isDiskFull(dirname(directory));
    await removeFolder(tools, directory);
    for (const path of [index, `${index}.lock`]) await rm(path, { force: true });
    throw full ? new Error(`No space left on the disk for ${directory}.`, { cause: error }) : error;
  }
}

/** Writes only what differs between the two commits. */
export async function advanceFolder(tools: MirrorTools, request: Parameters<Mirror['advance']>[0]): Promise<void> {
  const { directory, index, from, to } = request;
  await tools.git.run({ ...tools.profile, workTree: directory, indexFile: index }, ['read-tree', '--reset', '-u', from, to]);
  await writeFile(join(directory, '.git', 'HEAD'), `${to}\n`);
  await giveIndex(directory, index);
}

/** Files whose stat data cannot tell are read. */
export async function isAsHandedOver(tools: MirrorTools, request: Parameters<Mirror['isAsHandedOver']>[0]): Promise<boolean> {
  const profile = { ...tools.profile, workTree: request.directory, indexFile: request.index };
  const options = ['--quiet', '--no-ext-diff', '--ignore-submodules=all'] as const;
  if ((await tools.git.ask(profile, ['diff-files', ...options])).code !== 0) return false;
  return (await tools.git.run(profile, ['ls-files', '--others', '--directory', '-z'])) === '';
}

/**
 * Puts a small repository of its own into the folder, in the place of whatever is called `.git` there: whoever works in the
 * folder can read the history, compare and even commit, and none of that reaches the mirror. Miyabi itself never reads it.
 */
export async function giveOwnRepository(tools: MirrorTools, directory: string, commit: CommitId): Promise<void> {
  // A name that no commit can hold beforehand: a tracked link in its place would be written through.
  const making = join(directory, `.git-${randomUUID()}`);
  await mkdir(making);
  await mkdir(join(making, 'objects', 'info'), { recursive: true });
  await mkdir(join(making, 'refs', 'heads'), { recursive: true });
  await writeFile(join(making, 'HEAD'), `${commit}\n`);
  await writeFile(join(making, 'objects', 'info', 'alternates'), `${join(tools.mirrorPath, 'objects')}\n`);
  await writeFile(join(making, 'config'), ownConfig(commit));
  await copyShallow(tools.mirrorPath, making);
  await removeFolder(tools, join(directory, '.git'));
  await rename(making, join(directory, '.git'));
}

function ownConfig(commit: CommitId): string {
  const core = '\tbare = false\n[user]\n\tname = Agent\n\temail = agent@localhost\n[gc]\n\tauto = 0\n';
  if (commit.length !== 64) return `[core]\n\trepositoryFormatVersion = 0\n${core}`;
  return `[extensions]\n\tobjectFormat = sha256\n[core]\n\trepositoryFormatVersion = 1\n${core}`;
}

/** Where the user's repository does not know its whole history, neither does the world. */
async function copyShallow(mirrorPath: string, making: string): Promise<void> {
  await copyFile(join(mirrorPath, 'shallow'), join(making, 'shallow')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** The folder's own repository gets a copy of our index, so that git knows there what is unchanged without reading it. */
export async function giveIndex(directory: string, index: string): Promise<void> {
  const own = join(directory, '.git', 'index');
  if (index !== own) await copyIndex(index, own);
}

/**
 * Copies an index with its time: git takes a file that was changed in the very moment in which the index was written for one it
 * has to read, and tells that by the index's time.
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}

/** git does not always say why a file could not be written; less than a mebibyte left says it. */
async function isDiskFull(path: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize < 1024 * 1024;
}
