import { readdir } from 'node:fs/promises';
import { Failure } from '../domain/failure.ts';
import type { ProcessId } from '../domain/ids.ts';
import type { Locks } from '../ports/lock.ts';
import type { MovableDatabase } from '../ports/transfer.ts';
import { processLock } from '../weaver/process-lock.ts';

/**
 * The processes that execute tasks of a state folder, by the locks that they hold: those tell it also where the records are damaged.
 *
 * @param folder that of `locks`.
 * @param database of which no more is asked than which process of the system each of them is.
 */
export async function livingProcesses(
  locks: Locks,
  folder: string,
  database: Pick<MovableDatabase, 'processes'>,
): Promise<ReadonlyArray<{ readonly id: ProcessId; readonly pid: number | undefined }>> {
  const prefix = processLock('' as ProcessId);
  const names = (await readdir(folder)).map(decodeURIComponent).filter((name) => name.startsWith(prefix) && name.endsWith('.lock'));
  const living: ProcessId[] = [];
  for (const name of names.map((each) => each.slice(0, -'.lock'.length))) {
    const held = await locks.tryAcquire(name);
    await held?.release({ remove: true });
    if (held === undefined) living.push(name.slice(prefix.length) as ProcessId);
  }
  if (living.length === 0) return [];
  const pids = new Map((await recorded(database)).map(({ id, pid }) => [id, pid]));
  return living.map((id) => ({ id, pid: pids.get(id) }));
}

async function recorded(database: Pick<MovableDatabase, 'processes'>): ReturnType<MovableDatabase['processes']> {
  try {
    return await database.processes();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
