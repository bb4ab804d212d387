import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import type { StateFolder } from '../../domain/state-folder.ts';
import { sqliteLocks } from '../lock/sqlite-locks.ts';
import { journalOf, restoreLock } from './layout.ts';
import { finishSwitch } from './switch-folders.ts';

/**
 * Sees to it that nobody works in a state folder of which one half is restored: what a killed process had begun to switch is finished first. Where
 * nothing was begun, which is nearly always, it costs a look at one name.
 *
 * @throws Failure (notFoundOrLocked) while a living process restores.
 */
export async function finishUnfinishedRestore(state: StateFolder): Promise<void> {
  if (!existsSync(journalOf(state.root)) && !existsSync(join(state.locks, `${restoreLock}.lock`))) return;
  const held = await sqliteLocks(state.locks).tryAcquire(restoreLock);
  if (held === undefined)
    throw new Failure(
      'notFoundOrLocked',
      {
        what: `The state folder ${state.root} is being restored from a backup.`,
        why: 'Until that is done nothing in it counts.',
        fix: 'Wait until `miyabi restore` has ended.',
      },
      { facts: { root: state.root } },
    );
  try {
    await finishSwitch(state.root);
  } finally {
    await held.release({ remove: true });
  }
}
