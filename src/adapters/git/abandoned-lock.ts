import { lstat, realpath, rm } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GitError } from './git-command.ts';

/** The lock file that stopped git, where it named one. */
export function lockFileIn(stderr: string): string | undefined {
  const path = /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1];
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** The git of a Miyabi that was killed is ended by the guard well within this time, in ms. */
const orphansEndWithinMs = 2_000;

/**
 * Removes the lock file that stopped a git of ours, left by one that was killed. Only while the mirror's lock is held: no other
 * git of ours writes there then but one whose Miyabi has just died, and that one is waited for. Nothing outside of the mirror
 * is touched.
 */
export async function removeAbandonedLock(mirrorPath: string, error: unknown): Promise<void> {
  const path = error instanceof GitError ? lockFileIn(error.stderr) : undefined;
  if (path === undefined || !(await liesIn(mirrorPath, path))) return;
  const before = await identityOf(path);
  if (before === undefined) return;
  const age = Date.now() - before.changedMs;
  await wait(Math.min(Math.max(orphansEndWithinMs - age, 0), orphansEndWithinMs));
  if ((await identityOf(path))?.name === before.name) await rm(path, { force: true });
}

async function liesIn(mirrorPath: string, path: string): Promise<boolean> {
  const [mirror, folder] = await Promise.all([mirrorPath, dirname(path)].map((one) => realpath(one).catch(() => undefined)));
  return mirror !== undefined && folder !== undefined && (folder === mirror || folder.startsWith(`${mirror}/`));
}

async function identityOf(path: string): Promise<{ readonly name: string; readonly changedMs: number } | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true ? { name: `${found.dev}:${found.ino}:${found.mtimeMs}`, changedMs: found.mtimeMs } : undefined;
}
