import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { GitCommand } from './git-command.ts';
import { GitError } from './git-command.ts';

/** Without these git takes a mirror for no repository at all, whatever else is in it. */
const files = ['config', 'HEAD'] as const;

/** Keeps a copy of what git wrote into a new mirror. */
export async function keepOwnFiles(mirrorPath: string, privateFolder: string): Promise<void> {
  for (const name of files) await copyFile(join(mirrorPath, name), join(privateFolder, name));
}

/**
 * A git that works in the mirror as it was made: what a program of a world wrote over its configuration or HEAD is put back
 * before every command, so that it stops neither the other worlds nor the runs after this one. It is a new file each time,
 * by which whoever watches the mirror sees that something was changed.
 */
export function withOwnFiles(git: GitCommand, mirrorPath: string, privateFolder: string): GitCommand {
  const restore = async (): Promise<boolean> => {
    let restored = false;
    for (const name of files) restored = (await restoreFile(join(mirrorPath, name), join(privateFolder, name))) || restored;
    return restored;
  };
  return {
    async ask(...call) {
      await restore();
      const output = await git.ask(...call);
      return output.code === fatal && (await restore()) ? git.ask(...call) : output;
    },
    async run(...call) {
      await restore();
      return git.run(...call).catch(async (error: unknown) => {
        if (error instanceof GitError && error.code === fatal && (await restore())) return git.run(...call);
        throw error;
      });
    },
  };
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

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  });
}
