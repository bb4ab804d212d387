import { chmod, rm } from 'node:fs/promises';
import { DatabaseSync, backup } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { asStoreFailure, isBusy } from '../store/sqlite/failures.ts';

/** All pages in one step: of a step that sees one state of the database, however many write to it meanwhile. */
const allPages = 2 ** 31 - 1;
/** How long others may keep the file from being read, in ms: SQLite does so for moments, while it makes its log anew. */
const busyLimitMs = 30_000;

/**
 * Copies a database that others write to, as it is at one moment. The copying is done beside the event loop.
 *
 * @throws Failure (configuration) where it cannot be read or the copy not be written.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const since = performance.now();
  for (;;) {
    try {
      using source = new DatabaseSync(from, { readOnly: true });
      await backup(source, to, { rate: allPages });
      break;
    } catch (error) {
      await rm(to, { force: true });
      if (!isBusy(error) || performance.now() - since > busyLimitMs) throw asStoreFailure(error, from);
    }
    await delay(20);
  }
  await chmod(to, 0o600);
}
