import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Compilable } from 'kysely';
import type { PackText } from './packed-text.ts';

/** Stands in a statement for a value that is given when it runs. */
class Marker {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A query that was built and compiled once. */
export interface Statement<Parameters, Row> {
  readonly sql: string;
  /** The values in the order of the placeholders. */
  bind(parameters: Parameters): readonly unknown[];
  /** Only for the compiler: the shape of its rows. */
  readonly row?: Row;
}

/** Runs compiled statements within one transaction. */
export interface StatementRunner {
  all<Parameters, Row>(statement: Statement<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
  /** @returns the number of rows changed. */
  run<Parameters>(statement: Statement<Parameters, unknown>, parameters: Parameters): Promise<number>;
  /** Text for a column that may hold it packed; `unpackText` reads it again. */
  readonly pack: PackText;
}

/** Builds SQL and never runs it. */
export function queryBuilder<Schema>(): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}

/**
 * Makes statements over one schema. Each is built on its first use and never again: building SQL costs more
 * than SQLite takes to run it. `parameters` in the builder stands for the values of a later call.
 */
export function statements<Schema>(database: Kysely<Schema>) {
  return <Parameters, Row = unknown>(
    build: (database: Kysely<Schema>, parameters: Parameters) => Compilable<Row>,
  ): Statement<Parameters, Row> => {
    let compiled: { readonly sql: string; readonly values: readonly Value[] } | undefined;
    const compile = () => (compiled ??= compiledOf(build(database, markers as Parameters)));
    return {
      get sql() {
        return compile().sql;
      },
      bind: (given) => {
        const named = given as Readonly<Record<string, unknown>>;
        return compile().values.map(({ name, constant }) => (name === undefined ? constant : named[name]));
      },
    };
  };
}

/** A value that is given by name when the statement runs, or one that stands in it. */
interface Value {
  readonly name: string | undefined;
  readonly constant: unknown;
}

function compiledOf(query: Compilable): { readonly sql: string; readonly values: readonly Value[] } {
  const { sql, parameters } = query.compile();
  const values = parameters.map((value) =>
    value instanceof Marker ? { name: value.name, constant: undefined } : { name: undefined, constant: value },
  );
  return { sql, values };
}

const markers = new Proxy({}, { get: (_, name) => new Marker(String(name)) });
