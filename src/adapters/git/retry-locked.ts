import { setTimeout as wait } from 'node:timers/promises';
import type { GitLock } from '../../domain/signals.ts';
import { GitError } from './git-command.ts';

/** What git says when another git is in the middle of its own administration. */
const passing = /\.lock': File exists|could not lock|cannot lock ref|commondir|unable to write new index file/i;

/** Whether the failure is one that goes away when the same is tried again. */
export function isLockTrouble(error: unknown): boolean {
  return error instanceof GitError && passing.test(error.stderr);
}

/** What was locked, as far as git says. */
export function lockOf(error: unknown): GitLock {
  const said = error instanceof GitError ? error.stderr : '';
  if (/index/i.test(said)) return 'index';
  if (/config/i.test(said)) return 'config';
  return /\bref|HEAD|packed-refs/i.test(said) ? 'ref' : 'other';
}

/** Tries again up to five times, with a random wait of at most 50, 100, 200 ... ms. `tidy` runs before each new try and is told why there is one. */
export async function retryLocked<Result>(
  work: () => Promise<Result>,
  tidy: (error: unknown) => Promise<void> = async () => undefined,
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 5 || !isLockTrouble(error)) throw error;
      await tidy(error);
      await wait(Math.random() * 50 * 2 ** attempt);
    }
  }
}
