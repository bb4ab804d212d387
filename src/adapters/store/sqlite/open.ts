import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../../domain/failure.ts';
import { isCurrent, migrate } from '../migrate.ts';
import type { MigrationStream } from '../migrate.ts';
import { Connection } from './connection.ts';
import { asStoreFailure, busyFailure, isBusy, isStorageFault, migrationFailure } from './failures.ts';
import { inspect } from './inspect.ts';
import { refuseNetworkFileSystem } from './network-file-system.ts';
import { obstacle } from './obstacle.ts';

export interface OpenOptions {
  readonly path: string;
  readonly streams: readonly MigrationStream[];
  /** `FULL` loses nothing at a power cut; `NORMAL` may lose the last commits then, never at the death of a process. */
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly now: number;
  /** How long to go on trying while others hold the file, in ms. */
  readonly busyLimitMs: number;
}

/** Opens the file for writing and for reading, with the newest schema. @throws Failure (configuration) for a file that cannot be used. */
export async function openConnections(options: OpenOptions): Promise<{ readonly writer: Connection; readonly reader: Connection }> {
  const { path } = options;
  const opened: DatabaseSync[] = [];
  try {
    await refuseNetworkFileSystem(path);
    makeFolder(path);
    await persistently(options, () => inspect(path, options.streams));
    makeFile(path);
    const database = new DatabaseSync(path);
    opened.push(database);
    await persistently(options, () => {
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous}; PRAGMA foreign_keys = ON`);
    });
    await persistently(options, () => bringUpToDate(database, options));
    const reading = new DatabaseSync(path, { readOnly: true });
    opened.push(reading);
    return { writer: new Connection(database, path), reader: new Connection(reading, path) };
  } catch (error) {
    for (const each of opened) each.close();
    throw asStoreFailure(error, path);
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Failure(
      'configuration',
      {
        what: `The folder ${dirname(path)} cannot be made.`,
        why: `${obstacleToFolder(dirname(path)) ?? (error instanceof Error ? error.message : String(error))}.`,
        fix: 'Choose another state folder, or correct the permissions.',
      },
      { facts: { path }, cause: error },
    );
  }
}

/**
 * For its owner alone, as tasks are; SQLite gives the files beside it the same mode. One that is there keeps its own. What
 * keeps it from being made is left to SQLite to say, whose errors are explained to people.
 */
function makeFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** The system's own word is of little use here: on a read-only file system it says that the folder does not exist. */
function obstacleToFolder(folder: string): string | undefined {
  let missing = folder;
  while (dirname(missing) !== missing && !existsSync(dirname(missing))) missing = dirname(missing);
  return obstacle(missing);
}

function bringUpToDate(database: DatabaseSync, { streams, path, now }: OpenOptions): void {
  if (streams.every((stream) => isCurrent(database, stream, path))) return;
  // A table that is made anew is dropped in between: references are checked when all is done.
  database.exec('PRAGMA foreign_keys = OFF');
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const stream of streams) migrate(database, stream, path, now);
    const [broken] = database.prepare('PRAGMA foreign_key_check').all();
    if (broken !== undefined)
      throw new Error(`A row of ${String(broken['table'])} refers to one of ${String(broken['parent'])} that is not there.`);
    database.exec('COMMIT');
  } catch (error) {
    if (error instanceof Failure || isBusy(error) || isStorageFault(error) || !(error instanceof Error)) throw error;
    throw migrationFailure(path, error);
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
    database.exec('PRAGMA foreign_keys = ON');
  }
}

async function persistently(options: OpenOptions, attempt: () => void): Promise<void> {
  const since = performance.now();
  for (;;) {
    try {
      attempt();
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      const waited = performance.now() - since;
      if (waited > options.busyLimitMs) throw busyFailure(options.path, waited, error);
    }
    await delay(5 + (performance.now() % 20));
  }
}
