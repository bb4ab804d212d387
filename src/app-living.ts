import { sqliteLocks } from './adapters/lock/sqlite-locks.ts';
import type { ProcessId } from './domain/ids.ts';
import { processLock } from './weaver/process-lock.ts';

/** Whether all of these processes of the engine live; a part of `app.ts`. @param folder of the locks. */
export async function allLive(folder: string, processes: readonly ProcessId[]): Promise<boolean> {
  const locks = sqliteLocks(folder);
  for (const process of new Set(processes)) {
    const held = await locks.tryAcquire(processLock(process));
    await held?.release();
    if (held !== undefined) return false;
  }
  return true;
}
