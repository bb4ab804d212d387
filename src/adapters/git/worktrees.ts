import { copyFile, mkdir, readFile, readdir, rename, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { removeFolder } from './remove-folder.ts';

/**
 * A detached checkout. The administration is made under the mirror's lock; the files are written outside of it, so that
 * several worlds fill at the same time.
 */
export async function addWorktree(tools: MirrorTools, directory: string, commit: CommitId): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  try {
    await tools.locked(async () => {
      await tools.retried(
        () =>
          tools.git.run(tools.profile, ['worktree', 'add', '--quiet', '--detach', '--no-checkout', '--end-of-options', directory, commit]),
        () => tidy(tools, directory),
      );
      await giveOwnRepository(tools, directory, commit);
    });
    await tools.git.run({ ...tools.profile, workTree: directory, indexFile: join(directory, '.git', 'index') }, [
      'read-tree',
      '--reset',
      '-u',
      commit,
    ]);
  } catch (error) {
    const full = await isDiskFull(dirname(directory));
    await removeWorktree(tools, directory);
    throw full ? new Error(`No space left on the disk for ${directory}.`, { cause: error }) : error;
  }
}

/** git does not always say why a file could not be written; less than a mebibyte left says it. */
async function isDiskFull(path: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize < 1024 * 1024;
}

/**
 * Puts a small repository of its own in the place of the link to the mirror: whoever works in the folder can read the
 * history, compare and even commit, and none of that reaches the mirror. Miyabi itself never reads it.
 */
async function giveOwnRepository(tools: MirrorTools, directory: string, commit: CommitId): Promise<void> {
  const making = join(directory, '.git-in-the-making');
  await mkdir(join(making, 'objects', 'info'), { recursive: true });
  await mkdir(join(making, 'refs', 'heads'), { recursive: true });
  await writeFile(join(making, 'HEAD'), `${commit}\n`);
  await writeFile(join(making, 'objects', 'info', 'alternates'), `${join(tools.mirrorPath, 'objects')}\n`);
  await writeFile(join(making, 'config'), ownConfig(commit));
  await copyShallow(tools.mirrorPath, making);
  await rm(join(directory, '.git'), { recursive: true, force: true });
  await rename(making, join(directory, '.git'));
}

function ownConfig(commit: CommitId): string {
  const core = '\tbare = false\n[user]\n\tname = Agent\n\temail = agent@localhost\n[gc]\n\tauto = 0\n';
  if (commit.length !== 64) return `[core]\n\trepositoryFormatVersion = 0\n${core}`;
  return `[extensions]\n\tobjectFormat = sha256\n[core]\n\trepositoryFormatVersion = 1\n${core}`;
}

/** Where the user's repository does not know its whole history, neither does the world. */
async function copyShallow(mirrorPath: string, making: string): Promise<void> {
  await copyFile(join(mirrorPath, 'shallow'), join(making, 'shallow')).catch(whenAbsent(undefined));
}

/** Folder and administration, whatever there is of them. */
export async function removeWorktree(tools: MirrorTools, directory: string): Promise<void> {
  await removeFolder(tools, directory);
  await tools.locked(() => forget(tools, directory));
}

/**
 * What `git worktree remove` does with the administration of one folder, without starting git for it. Only under the lock.
 * What an interrupted git left half made names no folder and is git's to clear away.
 */
async function forget(tools: MirrorTools, directory: string): Promise<void> {
  const administrations = join(tools.mirrorPath, 'worktrees');
  const names = await readdir(administrations).catch(whenAbsent([]));
  let halfMade = false;
  for (const name of names) {
    const of = await readFile(join(administrations, name, 'gitdir'), 'utf8').catch(whenAbsent(undefined));
    if (of === undefined) halfMade = true;
    else if (of.trimEnd() === join(directory, '.git')) await rm(join(administrations, name), { recursive: true, force: true });
  }
  if (halfMade) await prune(tools);
  // As git does with the last one; what a neighbour has there stays.
  else if ((await readdir(administrations).catch(whenAbsent(['none']))).length === 0) await rmdir(administrations);
}

function whenAbsent<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value;
    throw error;
  };
}

async function tidy(tools: MirrorTools, directory: string): Promise<void> {
  await removeFolder(tools, directory);
  await prune(tools);
}

/** Forgets worktrees whose folder is gone. Only under the lock: a worktree in the making looks just like one. */
async function prune(tools: MirrorTools): Promise<void> {
  await tools.retried(() => tools.git.run(tools.profile, ['worktree', 'prune', '--expire=now']));
}

export async function listWorktrees(tools: MirrorTools): Promise<readonly string[]> {
  const printed = await tools.locked(() => tools.git.run(tools.profile, ['worktree', 'list', '--porcelain', '-z']));
  return printed
    .split('\0')
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length))
    .filter((folder) => folder !== tools.mirrorPath);
}
