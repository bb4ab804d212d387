import { lstat, rm } from 'node:fs/promises';
import type { ProcessRunner } from '../../ports/process.ts';

/**
 * Removes a folder whatever lies in it: folders without permissions, paths longer than the system takes in one piece.
 *
 * @throws Error when something of it is still there afterwards, naming what the system said.
 */
export async function removeFolder(tools: { readonly process: ProcessRunner; readonly path: string }, directory: string): Promise<void> {
  const problem = await rm(directory, { recursive: true, force: true }).catch((error: unknown) => error);
  if (problem === undefined) return;
  const run = (command: readonly [string, ...string[]]) =>
    tools.process.run({ command, cwd: '/', env: { PATH: tools.path, LC_ALL: 'C' }, timeoutMs: 10 * 60_000, keepBytes: 4096 });
  await run(['chmod', '-R', 'u+rwX', '--', directory]);
  const removed = await run(['rm', '-rf', '--', directory]);
  if (await isThere(directory)) {
    throw new Error(`The folder ${directory} could not be removed: ${removed.stderr.trim()}`, { cause: problem });
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
