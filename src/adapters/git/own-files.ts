import { constants } from 'node:fs';
import { copyFile, open, rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { GitCall, GitCommand } from './git-command.ts';
import { GitError } from './git-command.ts';

/** Without these git takes a mirror for no repository at all, whatever else is in it. */
const files = ['config', 'HEAD'] as const;

/** Keeps a copy of what git wrote into a new mirror. */
export async function keepOwnFiles(mirrorPath: string, privateFolder: string): Promise<void> {
  for (const name of files) await copyFile(join(mirrorPath, name), join(privateFolder, name));
}

/** No mirror has these. With them one world could say what the files of another are taken for, or whether they are seen at all. */
const foreign = ['info/attributes', 'info/exclude', 'info/sparse-checkout'] as const;

/**
 * A git that works in the mirror as it was made: what a program of a world wrote over its configuration or HEAD is put back
 * before every command, what it added is set aside, and no other folder is taken for the mirror's administration. So it stops
 * neither the other worlds nor the runs after this one. It is a new file each time, by which whoever watches the mirror sees that
 * something was changed.
 */
export function withOwnFiles(git: GitCommand, mirrorPath: string, privateFolder: string): GitCommand {
  const restore = (): Promise<boolean> => putBack(mirrorPath, privateFolder);
  /** Else a file `commondir` in the mirror would name another folder, whose configuration names programs. */
  const here = (call: GitCall = {}): GitCall => ({ ...call, env: { ...call.env, GIT_COMMON_DIR: mirrorPath } });
  return {
    async ask(profile, args, call) {
      await restore();
      const output = await git.ask(profile, args, here(call));
      return output.code === fatal && (await restore()) ? git.ask(profile, args, here(call)) : output;
    },
    async run(profile, args, call) {
      await restore();
      return git.run(profile, args, here(call)).catch(async (error: unknown) => {
        if (error instanceof GitError && error.code === fatal && (await restore())) return git.run(profile, args, here(call));
        throw error;
      });
    },
  };
}

/** Before another git than ours reads the mirror, which cannot be told what its folder is: no file may send it elsewhere. */
export async function putInOrder(mirrorPath: string, privateFolder: string): Promise<void> {
  await putBack(mirrorPath, privateFolder);
  for (const name of ['commondir', 'config.worktree']) await setAside(join(mirrorPath, name));
}

/** @returns whether there was something to put back. */
async function putBack(mirrorPath: string, privateFolder: string): Promise<boolean> {
  let restored = false;
  for (const name of files) restored = (await restoreFile(join(mirrorPath, name), join(privateFolder, name))) || restored;
  await Promise.all(foreign.map(async (name) => await setAside(join(mirrorPath, name))));
  return restored;
}

/** The exit code of a git that did not even begin, as it is when its repository looks like none. */
const fatal = 128;

/** @returns whether there was something to put back. */
async function restoreFile(path: string, copy: string): Promise<boolean> {
  const [now, made] = await Promise.all([textOf(path), textOf(copy)]);
  // A mirror of an older Miyabi has no copies; a mirror that is not there yet has nothing.
  if (made === undefined || now === made) return false;
  const making = `${copy}.${randomUUID()}`;
  await writeFile(making, made);
  await rename(making, path);
  return true;
}

async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.${randomUUID()}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
  });
}

/** @returns undefined for what is no file: a link is not followed, nor is it waited for who would write into a fifo. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return (await file.stat()).isFile() ? await file.readFile('utf8') : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
