import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../domain/failure.ts';

/** One step of a schema. Numbered without gaps from 1; never changed once released. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** A list of migrations with a version table of its own. */
export interface MigrationStream {
  /** The table that says which were applied. */
  readonly table: string;
  readonly migrations: readonly Migration[];
}

/**
 * Brings a database to the newest known schema, within the transaction that the caller has begun.
 * @throws Failure (configuration) when it is newer than that.
 */
export function migrate(database: DatabaseSync, stream: MigrationStream, path: string, now: number): void {
  const applied = appliedNumber(database, stream.table);
  const newest = stream.migrations.at(-1)?.number ?? 0;
  if (applied > newest) throw newerDatabase(path, applied, newest);
  database.exec(`CREATE TABLE IF NOT EXISTS ${stream.table} (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)`);
  for (const migration of stream.migrations.filter((each) => each.number > applied)) {
    for (const statement of migration.statements) database.exec(statement);
    database.prepare(`INSERT INTO ${stream.table} (number, name, applied_at) VALUES (?, ?, ?)`).run(migration.number, migration.name, now);
  }
}

/** Whether everything is applied already; reads only. @throws Failure (configuration) when the database is newer. */
export function isCurrent(database: DatabaseSync, stream: MigrationStream, path: string): boolean {
  const applied = appliedNumber(database, stream.table);
  const newest = stream.migrations.at(-1)?.number ?? 0;
  if (applied > newest) throw newerDatabase(path, applied, newest);
  return applied === newest;
}

function appliedNumber(database: DatabaseSync, table: string): number {
  const exists = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
  if (exists === undefined) return 0;
  return Number(database.prepare(`SELECT coalesce(max(number), 0) AS number FROM ${table}`).get()?.['number'] ?? 0);
}

function newerDatabase(path: string, applied: number, newest: number): Failure {
  return new Failure(
    'configuration',
    {
      what: `The database ${path} was written by a newer version.`,
      why: `Its schema is number ${applied}; this version knows up to ${newest}.`,
      fix: 'Use the newer version, or choose another state folder.',
    },
    { facts: { path, applied, newest } },
  );
}
