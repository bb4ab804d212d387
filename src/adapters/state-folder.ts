import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { Failure } from '../domain/failure.ts';
import type { StateFolder } from '../domain/state-folder.ts';
import { finishUnfinishedRestore } from './backup/unfinished-restore.ts';

/**
 * Makes the folders that must be there before anything is opened, readable by the user alone, and finishes what a restore that was killed had begun.
 * @throws Failure (configuration) when they cannot be made or written; (notFoundOrLocked) while a backup is restored there.
 */
export async function prepareStateFolder(state: StateFolder): Promise<void> {
  try {
    await mkdir(state.root, { recursive: true, mode: 0o700 });
    await mkdir(state.locks, { recursive: true });
    await mkdir(state.layers, { recursive: true });
    await access(state.root, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Failure(
      'configuration',
      {
        what: `The state folder ${state.root} cannot be used.`,
        why: `${(error as Error).message}.`,
        fix: 'Name another folder with --state, or set XDG_STATE_HOME.',
      },
      { cause: error },
    );
  }
  await finishUnfinishedRestore(state);
}

/** Bytes on the disk of this folder that the user may still write. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
