import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { LookedThrough } from './look-through.ts';

// Nothing of the store is loaded here: it would take longer to start than the looking takes.
const path = workerData as string;
const pieceBytes = 1 << 20;

const database = new DatabaseSync(path);
try {
  const integrity = integrityOf();
  const found: LookedThrough = { integrity, ...(integrity === 'ok' ? counted() : { tables: [], schemas: {} }), ...digested() };
  parentPort?.postMessage(found);
} finally {
  database.close();
}

/** Of a file that stands alone from then on: one that is only kept needs no log beside it, and could not be read with one where nothing may be written. */
function integrityOf(): string {
  try {
    database.exec('PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE');
    const lines = database.prepare('PRAGMA integrity_check(5)').all();
    return lines.map((row) => String(row['integrity_check'])).join('; ');
  } catch (error) {
    // What is torn so that it cannot even be gone through is told in the words of SQLite as well.
    if (error instanceof Error && 'errcode' in error) return error.message;
    throw error;
  }
}

function counted(): Pick<LookedThrough, 'tables' | 'schemas'> {
  const named = database.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
  );
  const names = named.all().map(({ name }) => String(name));
  const one = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0]);
  const migrations = names.filter((name) => name.endsWith('_migration'));
  return {
    tables: names.map((name) => ({ name, rows: one(`SELECT count(*) FROM "${name}"`) })),
    schemas: Object.fromEntries(
      migrations.map((name) => [name.replace(/_migration$/, ''), one(`SELECT coalesce(max(number), 0) FROM "${name}"`)]),
    ),
  };
}

function digested(): Pick<LookedThrough, 'bytes' | 'sha256'> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(pieceBytes);
  const file = openSync(path, 'r');
  let bytes = 0;
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
  return { bytes, sha256: hash.digest('hex') };
}
