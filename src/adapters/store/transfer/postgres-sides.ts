import type { ClientBase } from 'pg';
import type { Column, ColumnKind, Value } from './format.ts';
import { withoutNul } from './nul.ts';
import type { Source, Target } from './sides.ts';
import { transferTables, usualAtOnce } from './tables.ts';

const kinds: Readonly<Record<string, ColumnKind>> = { text: 'text', bigint: 'number', 'double precision': 'number', bytea: 'bytes' };

/** A connection of its own that is ended by whoever disposes what was made with it. */
export type OwnConnection = ClientBase & { end(): Promise<void> };

/** Rows as lists, whole numbers as numbers; everything else as it comes. */
const asLists = {
  rowMode: 'array',
  types: { getTypeParser: (type: number) => parsers[type] ?? String },
} as const;

const parsers: Readonly<Record<number, (text: string) => Value>> = {
  17: (text) => Buffer.from(text.slice(2), 'hex'),
  20: wholeNumber,
  701: Number,
};

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Error(`${text} is too large a number to be moved.`);
  return number;
}

/** Reads one state of what is committed, beside whoever writes. */
export async function postgresSource(connection: OwnConnection): Promise<Source> {
  await connection.query("SET bytea_output = 'hex'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return {
    columns: (table) => columnsOf(connection, table),
    count: (table) => countOf(connection, table),
    async *rows({ name, order, atOnce = usualAtOnce }, columns) {
      const isEvent = name === 'weaver_event';
      const by = isEvent ? await eventOrder(connection) : order;
      await connection.query(`DECLARE moved NO SCROLL CURSOR FOR SELECT ${listed(columns)} FROM ${name} ORDER BY ${by.join(', ')}`);
      const number = isEvent ? risingPositions(columns) : (rows: Value[][]) => rows;
      for (;;) {
        const { rows } = await connection.query<Value[]>({ text: `FETCH ${atOnce} FROM moved`, ...asLists });
        if (rows.length > 0) yield number(rows);
        if (rows.length < atOnce) break;
      }
      await connection.query('CLOSE moved');
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}

/** Nobody else writes to the tables until this is disposed. */
export async function postgresTarget(connection: OwnConnection): Promise<Target> {
  await connection.query(`BEGIN; LOCK TABLE ${transferTables.map(({ name }) => name).join(', ')} IN EXCLUSIVE MODE`);
  const types = new Map<string, Promise<ReadonlyMap<string, string>>>();
  let replaced = 0;
  function held(value: Value, type: string): Value {
    // SQLite holds fractions also where whole numbers are meant, such as in durations.
    if (typeof value === 'number') return type === 'bigint' ? Math.round(value) : value;
    if (typeof value !== 'string') return value;
    const text = withoutNul(value);
    replaced += text.replaced;
    return text.text;
  }
  return {
    get replaced() {
      return replaced;
    },
    columns: (table) => columnsOf(connection, table),
    count: (table) => countOf(connection, table),
    insert: async ({ name }, columns, rows) => {
      const known = types.get(name) ?? typesOf(connection, name);
      types.set(name, known);
      const typed = await known;
      const typeAt = columns.map((column) => typed.get(column.name) ?? '');
      const lists = typeAt.map((type, index) => `$${index + 1}::${type}[]`);
      // Events come before all that are written here, with the numbers that they had: whoever reads them goes on where it was.
      const [more, first] = name === 'weaver_event' ? [', written_in', ", '0'::xid8"] : ['', ''];
      const text = `INSERT INTO ${name} (${listed(columns)}${more}) SELECT *${first} FROM unnest(${lists.join(', ')})`;
      await connection.query(
        text,
        typeAt.map((type, index) => rows.map((row) => held(row[index] ?? null, type))),
      );
    },
    commit: async () => {
      for (const { name } of transferTables) await numberOn(connection, name);
      await connection.query('COMMIT');
      // Plans are made by what is known of tables, and of these nothing is.
      await connection.query(`ANALYZE ${transferTables.map(({ name }) => name).join(', ')}`);
    },
    // The end of a connection undoes what was not committed.
    [Symbol.asyncDispose]: () => connection.end(),
  };
}

function listed(columns: readonly Column[]): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

/** The types of the columns, by the names of these. */
async function typesOf(connection: ClientBase, table: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await connection.query<{ readonly name: string; readonly type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = $1 ORDER BY column_name COLLATE "C"`,
    [table],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

async function columnsOf(connection: ClientBase, table: string): Promise<readonly Column[]> {
  return [...(await typesOf(connection, table))].flatMap(([name, type]) => {
    // Which transaction wrote a row is only meant for this server.
    if (type === 'xid8') return [];
    const kind = kinds[type];
    if (kind === undefined) throw new Error(`The column ${name} of ${table} is of an unknown type, ${type}.`);
    return [{ name, kind }];
  });
}

async function countOf(connection: ClientBase, table: string): Promise<number> {
  const { rows } = await connection.query<[number]>({ text: `SELECT count(*) FROM ${table}`, ...asLists });
  return rows[0]?.[0] ?? 0;
}

/** The order over all streams: by the transactions that wrote them, then as each wrote them. */
async function eventOrder(connection: ClientBase): Promise<readonly string[]> {
  const { rows } = await connection.query<{ readonly name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = 'weaver_event' AND data_type = 'xid8'`,
  );
  return [...rows.map(({ name }) => `"${name}"`), '"position"'];
}

/** Positions that rise in the order over all streams, which is theirs where nobody else knows transactions; nearly all stay as they are. */
function risingPositions(columns: readonly Column[]): (rows: Value[][]) => Value[][] {
  const index = columns.findIndex(({ name }) => name === 'position');
  let last = 0;
  return (rows) => {
    for (const row of rows) {
      last = Math.max(last + 1, Number(row[index]));
      row[index] = last;
    }
    return rows;
  };
}

/** Lets the numbers that the database gives go on after the highest that was inserted. */
async function numberOn(connection: ClientBase, table: string): Promise<void> {
  const { rows } = await connection.query<{ readonly name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = $1 AND is_identity = 'YES'`,
    [table],
  );
  for (const { name } of rows)
    await connection.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${name}'), coalesce(max("${name}"), 0) + 1, false) FROM ${table}`,
    );
}
