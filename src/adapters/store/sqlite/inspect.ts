import { realpathSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Failure } from '../../../domain/failure.ts';
import { isCurrent } from '../migrate.ts';
import type { MigrationStream } from '../migrate.ts';
import { blockedFailure, damagedFix, needsRollback } from './failures.ts';
import { obstacle } from './obstacle.ts';

/** Up to this size every start checks the whole file (measured: about 1 ms a MB); beyond it only with a log to apply. */
const alwaysCheckBytes = 32 * 1024 * 1024;

/**
 * Looks whether the file is one that this version can work with, before anything is written: what is refused keeps every byte.
 * It reads through a read-only connection, for one that may write would put the log into the file when it closes.
 * @throws Failure (configuration)
 */
export function inspect(path: string, streams: readonly MigrationStream[]): void {
  const blocked = obstacle(path);
  if (blocked !== undefined) throw blockedFailure(path, blocked);
  const size = sizeOf(path);
  const logSize = sizeOf(`${size === undefined ? path : realpathSync(path)}-wal`) ?? 0;
  if (size === undefined || size === 0) {
    if (logSize > 0) throw lostDatabase(path, size);
    return;
  }
  rollBackIfNeeded(path);
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    refuseForeign(database, path, streams);
    for (const stream of streams) isCurrent(database, stream, path);
    if (logSize > 0) refuseForeignLog(database, path, streams);
    if (size <= alwaysCheckBytes || logSize > 0) checkIntegrity(database, path);
  } finally {
    database.close();
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** A process that died while the file was made leaves a journal of the older kind, which a read-only connection may not undo. */
function rollBackIfNeeded(path: string): void {
  const reading = new DatabaseSync(path, { readOnly: true });
  try {
    reading.exec('SELECT 1 FROM sqlite_master LIMIT 1');
  } catch (error) {
    if (!needsRollback(error)) throw error;
    const writing = new DatabaseSync(path);
    try {
      writing.exec('SELECT 1 FROM sqlite_master LIMIT 1');
    } finally {
      writing.close();
    }
  } finally {
    reading.close();
  }
}

function refuseForeign(database: DatabaseSync, path: string, streams: readonly MigrationStream[]): void {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'").all();
  const names = tables.map((table) => String(table['name']));
  if (names.length === 0 || streams.some((stream) => names.includes(stream.table))) return;
  throw new Failure(
    'configuration',
    {
      what: `The database ${path} belongs to another program.`,
      why: `It holds tables (${names.slice(0, 3).join(', ')}) but none that says which version of this program made it.`,
      fix: 'Choose another state folder. Nothing in the file was changed.',
    },
    { facts: { path, tables: names } },
  );
}

/**
 * A log does not say which file it belongs to, and SQLite applies whatever lies beside the file. The moment at which the first
 * migration was applied tells two databases apart: it must be the same with the log and without.
 */
function refuseForeignLog(database: DatabaseSync, path: string, streams: readonly MigrationStream[]): void {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const withoutLog = new DatabaseSync(url, { readOnly: true });
  try {
    for (const { table } of streams) {
      const [own, applied] = [madeAt(withoutLog, table), madeAt(database, table)];
      if (own === undefined || own === applied) continue;
      throw new Failure(
        'configuration',
        {
          what: `The log ${path}-wal does not belong to the database ${path}.`,
          why: `The database was made at ${timeText(own)}, the one of the log at ${timeText(applied)}.`,
          fix: `Move ${path}-wal and ${path}-shm aside, or put back the database they belong to. Nothing was changed.`,
        },
        { facts: { path, log: `${path}-wal` } },
      );
    }
  } finally {
    withoutLog.close();
  }
}

/** In epoch ms; undefined when it cannot be read. */
function madeAt(database: DatabaseSync, table: string): number | undefined {
  try {
    const found = database.prepare(`SELECT applied_at FROM ${table} WHERE number = 1`).get();
    return found === undefined ? undefined : Number(found['applied_at']);
  } catch {
    // No such table yet, or read while its pages change: nothing to compare, and damage is for the check of the whole file.
    return undefined;
  }
}

function timeText(at: number | undefined): string {
  return at === undefined ? 'no time that can be read' : new Date(at).toISOString();
}

function lostDatabase(path: string, size: number | undefined): Failure {
  return new Failure(
    'configuration',
    {
      what: `The database ${path} is ${size === undefined ? 'missing' : 'empty'}, but its log ${path}-wal is still there.`,
      why: 'The log holds commits that are worth nothing without the file, and would be deleted with a new one.',
      fix: `Put the database back beside it; or, to begin anew, move ${path}-wal aside as well.`,
    },
    { facts: { path, log: `${path}-wal` } },
  );
}

function checkIntegrity(database: DatabaseSync, path: string): void {
  const found = String(database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
  if (found === 'ok') return;
  throw new Failure(
    'configuration',
    { what: `The database ${path} is damaged.`, why: `The check at the start found: ${found.replaceAll('\n', ' ')}.`, fix: damagedFix },
    { facts: { path, found } },
  );
}
