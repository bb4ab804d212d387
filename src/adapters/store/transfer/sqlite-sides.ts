import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { packText, unpackText } from '../packed-text.ts';
import type { Column, ColumnKind, Value } from './format.ts';
import type { Source, Target } from './sides.ts';
import { usualAtOnce } from './tables.ts';

const kinds: Readonly<Record<string, ColumnKind>> = {
  TEXT: 'text',
  BIGINT: 'number',
  INTEGER: 'number',
  'DOUBLE PRECISION': 'number',
  BLOB: 'bytes',
};

/** Opens the file for reading beside whoever writes to it. */
export function sqliteSource(path: string): Source {
  const database = new DatabaseSync(path, { readOnly: true });
  database.exec('BEGIN');
  return {
    columns: async (table) => columnsOf(database, table),
    count: async (table) => countOf(database, table),
    async *rows({ name, order, packed = [], atOnce = usualAtOnce }, columns) {
      const isPacked = columns.map((column) => packed.includes(column.name));
      const statement = database.prepare(
        `SELECT ${columns.map((column) => column.name).join(', ')} FROM ${name} ORDER BY ${order.join(', ')}`,
      );
      statement.setReturnArrays(true);
      let batch: Array<readonly Value[]> = [];
      for (const row of statement.iterate() as Iterable<unknown> as Iterable<readonly Value[]>) {
        batch.push(row.map((value, index) => (isPacked[index] === true && value instanceof Uint8Array ? unpackText(value) : value)));
        if (batch.length < atOnce) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

/** Opens the file for writing; nobody else writes to it until this is disposed. */
export function sqliteTarget(path: string): Target {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE');
  const statements = new Map<string, StatementSync>();
  return {
    replaced: 0,
    columns: async (table) => columnsOf(database, table),
    count: async (table) => countOf(database, table),
    insert: async ({ name, packed = [] }, columns, rows) => {
      let statement = statements.get(name);
      if (statement === undefined) {
        const names = columns.map((column) => column.name).join(', ');
        statement = database.prepare(`INSERT INTO ${name} (${names}) VALUES (${columns.map(() => '?').join(', ')})`);
        statements.set(name, statement);
      }
      const isPacked = columns.map((column) => packed.includes(column.name));
      for (const row of rows)
        statement.run(...row.map((value, index) => (isPacked[index] === true && typeof value === 'string' ? packText(value) : value)));
    },
    commit: async () => database.exec('COMMIT'),
    [Symbol.asyncDispose]: async () => {
      if (database.isTransaction) database.exec('ROLLBACK');
      database.close();
    },
  };
}

function columnsOf(database: DatabaseSync, table: string): readonly Column[] {
  const rows = database.prepare('SELECT name, type FROM pragma_table_info(?) ORDER BY name').all(table);
  return rows.map(({ name, type }) => {
    const kind = kinds[String(type)];
    if (kind === undefined) throw new Error(`The column ${String(name)} of ${table} is of an unknown type, ${String(type)}.`);
    return { name: String(name), kind };
  });
}

function countOf(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows']);
}
