import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { Held, Locks } from '../../ports/lock.ts';

/**
 * Locks as small SQLite files held by `BEGIN EXCLUSIVE`: Node has no flock, and these the system frees when
 * the process dies. The files are never opened by anything else: closing any other descriptor on them would
 * free the lock.
 */
export function sqliteLocks(folder: string, random: () => number = Math.random): Locks {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (name: string): string => join(folder, `${encodeURIComponent(name)}.lock`);
  return {
    tryAcquire: async (name) => hold(path(name)),
    acquire: async (name, signal) => {
      for (;;) {
        signal?.throwIfAborted();
        const held = hold(path(name));
        if (held !== undefined) return held;
        await delay(10 + random() * 30, undefined, signal === undefined ? {} : { signal });
      }
    },
  };
}

/** What is held stays held, also where nobody keeps what it could be given back with: a database that is collected lets go. */
const holding = new Set<DatabaseSync>();

/** Its holder removes a file while others open it: what they lock then nobody else asks for. So it is looked whether the name still means the same file. */
function hold(path: string): Held | undefined {
  for (;;) {
    const before = marks(path);
    const isSame = (): boolean => before !== undefined && marks(path) === before;
    const database = locked(path, isSame);
    if (database === 'held') return undefined;
    if (database !== 'removed' && isSame()) return heldBy(database, path);
    if (database !== 'removed') database.close();
  }
}

/** A connection that has locked the file, which is made where it is not there; or why there is none. @param isSame whether nobody has removed it. */
function locked(path: string, isSame: () => boolean): DatabaseSync | 'held' | 'removed' {
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isHeldByAnother(error)) return 'held';
    if (!isSame()) return 'removed';
    throw error;
  }
}

function heldBy(database: DatabaseSync, path: string): Held {
  holding.add(database);
  let released = false;
  const held = inode(path);
  return {
    isIntact: () => released || inode(path) === held,
    release: async (options) => {
      if (released) return;
      released = true;
      // Removed while it is still held: whoever opens the name afterwards makes a new file.
      if (options?.remove === true && inode(path) === held) rmSync(path, { force: true });
      database.close();
      holding.delete(database);
    },
  };
}

/** Of the file that has this name now. */
function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** What tells it from one that was made under this name later: numbers are given again. */
function marks(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? undefined : `${found.ino}-${found.ctimeNs}`;
}

function isHeldByAnother(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === 5;
}
