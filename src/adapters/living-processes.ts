import { readdir } from 'node:fs/promises';
import { Failure } from '../domain/failure.ts';
import type { Locks } from '../ports/lock.ts';
import type { MovableDatabase } from '../ports/transfer.ts';
import { lockOf } from './owner.ts';

interface LivingProcess {
  /** Of the engine, or the name of whoever has folders there. */
  readonly id: string;
  readonly pid: number | undefined;
}

interface LivingRequest {
  readonly locks: Locks;
  /** That of the locks. */
  readonly folder: string;
  /** What the names of the locks of the engine's processes begin with. */
  readonly prefix: string;
  /** Of which no more is asked than which process of the system each of them is. */
  readonly database: Pick<MovableDatabase, 'processes'>;
}

/** The processes that work in a state folder, by the locks that they hold: those tell it also where the records are damaged, or lie elsewhere. */
export async function livingProcesses({ locks, folder, prefix, database }: LivingRequest): Promise<readonly LivingProcess[]> {
  const ids = await heldIn(locks, folder, prefix);
  if (ids.length === 0) return (await heldIn(locks, folder, lockOf(''))).map((id) => ({ id, pid: undefined }));
  const pids = new Map<string, number>((await recorded(database)).map(({ id, pid }) => [id, pid]));
  return ids.map((id) => ({ id, pid: pids.get(id) }));
}

/** What follows the prefix in the names of locks that somebody holds. */
async function heldIn(locks: Locks, folder: string, prefix: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(prefix) && file.endsWith('.lock'));
  const held: string[] = [];
  for (const name of files.map((file) => decodeURIComponent(file.slice(0, -'.lock'.length)))) {
    const taken = await locks.tryAcquire(name);
    await taken?.release({ remove: true });
    if (taken === undefined) held.push(name.slice(prefix.length));
  }
  return held;
}

async function recorded(database: Pick<MovableDatabase, 'processes'>): ReturnType<MovableDatabase['processes']> {
  try {
    return await database.processes();
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
