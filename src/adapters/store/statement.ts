import type { Compilable, Kysely } from 'kysely';
import { builderOf, Marker, wordsOf } from './dialect.ts';
import type { Dialect, Words } from './dialect.ts';
import type { PackText } from './packed-text.ts';

/** A query that was built and compiled once for each dialect that runs it. */
export interface Statement<Parameters, Row> {
  in(dialect: Dialect): CompiledStatement<Parameters>;
  /** Only for the compiler: the shape of its rows. */
  readonly row?: Row;
}

export interface CompiledStatement<Parameters> {
  readonly sql: string;
  /** The same for the same statement, and for no other of this program; short. */
  readonly name: string;
  /** The values in the order of the placeholders. */
  bind(parameters: Parameters): unknown[];
}

/** Runs compiled statements within one transaction. */
export interface StatementRunner {
  readonly dialect: Dialect;
  /** Whether others may write at the same time, so that what is read to be changed must be locked. */
  readonly locks: boolean;
  all<Parameters, Row>(statement: Statement<Parameters, Row>, parameters: Parameters): Promise<Row[]>;
  /** @returns the number of rows changed. */
  run<Parameters>(statement: Statement<Parameters, unknown>, parameters: Parameters): Promise<number>;
  /**
   * Runs it before whatever comes later. How it went comes with what is waited for next, or with the commit.
   *
   * @param explain what an error of the database means, in the words of whoever asked.
   */
  send<Parameters>(statement: Statement<Parameters, unknown>, parameters: Parameters, explain?: (error: unknown) => unknown): void;
  /** Text for a column that may hold it packed; `unpackText` reads it again. */
  readonly pack: PackText;
}

/** Builds SQL of every dialect and never runs it. */
export type QueryBuilder<Schema> = (dialect: Dialect) => Kysely<Schema>;

export function queryBuilder<Schema>(): QueryBuilder<Schema> {
  const builders: Partial<Record<Dialect, Kysely<Schema>>> = {};
  return (dialect) => (builders[dialect] ??= builderOf(dialect));
}

let names = 0;

/**
 * Makes statements over one schema. Each is built on its first use and never again: building SQL costs more than SQLite takes to run it.
 * `parameters` in the builder stands for the values of a later call, `words` for what the dialects say differently.
 */
export function statements<Schema>(builder: QueryBuilder<Schema>) {
  return <Parameters, Row = unknown>(
    build: (database: Kysely<Schema>, parameters: Parameters, words: Words) => Compilable<Row>,
  ): Statement<Parameters, Row> => {
    const compiled: Partial<Record<Dialect, CompiledStatement<Parameters>>> = {};
    return {
      in: (dialect) => (compiled[dialect] ??= compile(build(builder(dialect), markers as Parameters, wordsOf(dialect)))),
    };
  };
}

/** A value that is given by name when the statement runs, or one that stands in it. */
interface Value {
  readonly name: string | undefined;
  readonly constant: unknown;
}

function compile<Parameters>(query: Compilable): CompiledStatement<Parameters> {
  const { sql, parameters } = query.compile();
  const values = parameters.map((value): Value =>
    value instanceof Marker ? { name: value.name, constant: undefined } : { name: undefined, constant: value },
  );
  names += 1;
  return {
    sql,
    name: `statement_${names}`,
    bind: (given) => {
      const named = given as Readonly<Record<string, unknown>>;
      return values.map(({ name, constant }) => (name === undefined ? constant : named[name]));
    },
  };
}

const markers = new Proxy({}, { get: (_, name) => new Marker(String(name)) });
