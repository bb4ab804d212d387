import { DatabaseSync } from 'node:sqlite';
import type { RecordFault } from '../../../ports/record-checks.ts';
import { migrate } from '../migrate.ts';
import type { MigrationStream } from '../migrate.ts';
import { foundOf } from './invariants.ts';

/** What a database is made of: the columns of each table and view, and the names of its indexes. */
export interface Shape {
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly indexes: ReadonlySet<string>;
}

/** What the migrations of this version make of a new file. */
export function shapeOfMigrations(streams: readonly MigrationStream[]): Shape {
  using database = new DatabaseSync(':memory:');
  for (const stream of streams) migrate(database, stream, ':memory:', 0);
  return shapeOfFile(database);
}

export function shapeOfFile(database: DatabaseSync): Shape {
  const named = database.prepare("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'").all();
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)');
  const tables = named.filter(({ type }) => type === 'table' || type === 'view').map(({ name }) => String(name));
  return {
    columns: new Map(tables.map((table) => [table, columns.all(table).map(({ name }) => String(name))])),
    indexes: new Set(named.filter(({ type }) => type === 'index').map(({ name }) => String(name))),
  };
}

/** What is missing of what there should be. What is there beside it harms nobody: people may have views and indexes of their own. */
export function schemaFaults(actual: Shape, wanted: Shape): readonly RecordFault[] {
  const missing: string[] = [];
  for (const [table, columns] of wanted.columns) {
    const known = actual.columns.get(table);
    if (known === undefined) missing.push(`There is no table or view ${table}.`);
    else for (const column of columns) if (!known.includes(column)) missing.push(`${table} has no column ${column}.`);
  }
  for (const index of wanted.indexes) if (!actual.indexes.has(index)) missing.push(`There is no index ${index}.`);
  return foundOf('schema', missing);
}
