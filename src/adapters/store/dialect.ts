import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { CompiledQuery, DialectAdapter, QueryCompiler, QueryId, RawBuilder, RootOperationNode } from 'kysely';

/** A database that statements can be compiled for. */
export type Dialect = 'sqlite' | 'postgres';

/** Stands in a statement for a value that is given when it runs. */
export class Marker {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What the dialects say in different words. */
export interface Words {
  readonly dialect: Dialect;
  /** Whether nothing was given for a value. PostgreSQL has to be told of what type it would have been, where it stands first. */
  isAbsent(value: unknown, type: 'text' | 'bigint'): RawBuilder<boolean>;
  /** Whether a column is one of the texts of a JSON list. Of no list, nothing is. */
  isListed(column: string, list: unknown): RawBuilder<boolean>;
  /** Whether a text has another one in it, letters A to Z of either case. */
  contains(text: RawBuilder<string>, part: unknown): RawBuilder<boolean>;
  /** A whole number within an object that a column holds as JSON; null where there is none. */
  number(column: string, name: string): RawBuilder<number | null>;
  /**
   * At the end of a query in a transaction that writes: nobody else can change the rows that it has read before the transaction
   * ends. Rows of other tables may still refer to them. Nothing in SQLite, which has one writer.
   */
  readonly toChange: RawBuilder<unknown>;
}

const words: Readonly<Record<Dialect, Words>> = {
  sqlite: {
    dialect: 'sqlite',
    isAbsent: (value) => sql<boolean>`${value} is null`,
    isListed: (column, list) => sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`,
    contains: (text, part) => sql<boolean>`instr(lower(${text}), lower(${part})) > 0`,
    number: (column, name) => sql<number | null>`json_extract(${sql.ref(column)}, ${sql.lit(`$.${name}`)})`,
    toChange: sql``,
  },
  postgres: {
    dialect: 'postgres',
    isAbsent: (value, type) => sql<boolean>`cast(${value} as ${sql.raw(type)}) is null`,
    // As an array it is found by an index, however long the planner takes a list to be.
    isListed: (column, list) =>
      sql<boolean>`${sql.ref(column)} = any(array(select json_array_elements_text(cast(cast(${list} as text) as json))))`,
    contains: (text, part) => sql<boolean>`strpos(lower(${text}), lower(cast(${part} as text))) > 0`,
    number: (column, name) => sql<number | null>`cast(cast(${sql.ref(column)} as json) ->> ${sql.lit(name)} as bigint)`,
    toChange: sql`for no key update`,
  },
};

export function wordsOf(dialect: Dialect): Words {
  return words[dialect];
}

/** Builds SQL of one dialect and never runs it. */
export function builderOf<Schema>(dialect: Dialect): Kysely<Schema> {
  const { adapter, compiler } = makers[dialect];
  return new Kysely<Schema>({
    dialect: {
      createAdapter: adapter,
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => (dialect === 'sqlite' ? new SqliteIntrospector(database) : new PostgresIntrospector(database)),
      createQueryCompiler: compiler,
    },
  });
}

/**
 * A value that is named several times is one parameter here: PostgreSQL finds out the type of a parameter from where it stands, and
 * `is null` says nothing about it.
 */
class NamedParameters extends PostgresQueryCompiler {
  readonly #numbers = new Map<string, number>();

  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    this.#numbers.clear();
    return super.compileQuery(node, queryId);
  }

  protected override appendValue(value: unknown): void {
    const known = value instanceof Marker ? this.#numbers.get(value.name) : undefined;
    if (known !== undefined) {
      this.append(`$${known}`);
      return;
    }
    super.appendValue(value);
    if (value instanceof Marker) this.#numbers.set(value.name, this.numParameters);
  }
}

const makers: Readonly<Record<Dialect, { readonly adapter: () => DialectAdapter; readonly compiler: () => QueryCompiler }>> = {
  sqlite: { adapter: () => new SqliteAdapter(), compiler: () => new SqliteQueryCompiler() },
  postgres: { adapter: () => new PostgresAdapter(), compiler: () => new NamedParameters() },
};
