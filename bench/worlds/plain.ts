import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { userEnvironment } from '../../test/support/repository.ts';
import type { MadeRepository } from './repository.ts';
import { five } from './stand.ts';

const run = promisify(execFile);

/** What git itself offers: five worktrees, one after the other, because two at a time come into each other's way. @returns ms. */
export async function fivePlainWorktrees(folder: string, { root, head }: MadeRepository): Promise<number> {
  const places = five.map((name) => join(folder, 'plain', name));
  const git = async (...args: readonly string[]): Promise<void> => void (await run('git', [...args], { cwd: root, env: userEnvironment }));
  const started = performance.now();
  for (const place of places) await git('worktree', 'add', '--quiet', '--detach', place, head);
  const took = performance.now() - started;
  await rm(join(folder, 'plain'), { recursive: true, force: true });
  await git('worktree', 'prune', '--expire=now');
  return took;
}
