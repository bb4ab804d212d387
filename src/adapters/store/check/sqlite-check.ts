import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../../domain/failure.ts';
import type { RecordFault, RecordsUnderCheck } from '../../../ports/record-checks.ts';
import { asStoreFailure } from '../sqlite/failures.ts';
import { streams } from '../transfer/move.ts';
import { foundOf, invariantFaults } from './invariants.ts';
import type { Ask } from './invariants.ts';
import { jobFaults } from './job-faults.ts';
import { namedArtifacts } from './named-artifacts.ts';
import { schemaFaults, shapeOfFile, shapeOfMigrations } from './schema-faults.ts';

/** The records in a SQLite file, read beside whoever writes to it. */
export function sqliteUnderCheck(path: string): RecordsUnderCheck {
  return {
    name: path,
    faults: async () => await looked(path, faultsOf),
    artifacts: async () => await looked(path, async (database) => await namedArtifacts(askOf(database))),
  };
}

/** @throws Failure (configuration) for a file that is not there or cannot be read. */
async function looked<T>(path: string, look: (database: DatabaseSync) => Promise<T>): Promise<T> {
  if (!existsSync(path)) throw missing(path);
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    database.exec('BEGIN');
    return await look(database);
  } catch (error) {
    throw asStoreFailure(error, path);
  }
}

/** What is torn makes whatever is asked after it an error of its own: then the pages alone are told of. */
async function faultsOf(database: DatabaseSync): Promise<readonly RecordFault[]> {
  const torn = integrityFaults(database);
  if (torn.length > 0) return torn;
  const schema = schemaFaults(shapeOfFile(database), shapeOfMigrations(streams));
  if (schema.length > 0) return schema;
  const ask = askOf(database);
  return [...referenceFaults(database), ...(await jobFaults(ask)), ...(await invariantFaults(ask))];
}

function askOf(database: DatabaseSync): Ask {
  return async (sql) => database.prepare(sql).all();
}

function integrityFaults(database: DatabaseSync): readonly RecordFault[] {
  const found = database
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => String(row['integrity_check']));
  return found[0] === 'ok' ? [] : foundOf('integrity', found);
}

function referenceFaults(database: DatabaseSync): readonly RecordFault[] {
  const found = database.prepare('PRAGMA foreign_key_check').all();
  return foundOf(
    'references',
    found.map(
      ({ table, rowid, parent }) => `Row ${String(rowid)} of ${String(table)} refers to a row of ${String(parent)} that is not there.`,
    ),
  );
}

function missing(path: string): Failure {
  return new Failure(
    'configuration',
    {
      what: `There are no records at ${path}.`,
      why: 'The file does not exist.',
      fix: 'Name the state folder with --state, or the database with --database.',
    },
    { facts: { path } },
  );
}
