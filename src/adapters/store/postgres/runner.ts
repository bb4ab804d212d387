import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import type { CompiledStatement, Statement, StatementRunner } from '../statement.ts';
import type { SqlExecutor } from './executor.ts';

type Answer = QueryResult<Record<string, unknown>>;

/** What an error means in the words of whoever asked. */
export type Explain = (error: unknown) => unknown;

export interface RunnerOptions {
  /** The transaction writes. */
  readonly writes: boolean;
  /** The server keeps statements between their runs; one behind a pooler that changes servers must not. */
  readonly prepares: boolean;
}

/**
 * Sends statements of one transaction as they come, each without waiting for the answer to those before: what nobody waits for costs
 * no time on the way. The first that fails is why the rest fails.
 */
export class PostgresRunner implements StatementRunner, SqlExecutor {
  readonly dialect = 'postgres';
  readonly locks: boolean;
  readonly #client: PoolClient;
  readonly #prepares: boolean;
  #over = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(client: PoolClient, { writes, prepares }: RunnerOptions) {
    this.#client = client;
    this.locks = writes;
    this.#prepares = prepares;
  }

  /** PostgreSQL packs what is long by itself. */
  pack(text: string): string {
    return text;
  }

  /** Why the transaction cannot be committed, as far as is known. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  async all<Parameters, Row>(statement: Statement<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    return (await this.#answer(this.#query(statement.in('postgres'), parameters))).rows as Row[];
  }

  async run<Parameters>(statement: Statement<Parameters, unknown>, parameters: Parameters): Promise<number> {
    return (await this.#answer(this.#query(statement.in('postgres'), parameters))).rowCount ?? 0;
  }

  send<Parameters>(statement: Statement<Parameters, unknown>, parameters: Parameters, explain?: Explain): void {
    this.#mustGoOn();
    void this.#sent(this.#query(statement.in('postgres'), parameters), explain);
  }

  async executeSql(text: string, values: readonly unknown[] = []): Promise<Answer> {
    if (values.length === 0) return this.#answer({ text });
    const name = this.#prepares ? nameOf(text) : undefined;
    return this.#answer({ ...(name === undefined ? {} : { name }), text, values: [...values] });
  }

  /** Nothing more is accepted. */
  end(): void {
    this.#over = true;
  }

  async #answer(query: QueryConfig): Promise<Answer> {
    const answer = await this.#sent(query);
    if (answer !== undefined) return answer;
    throw this.#failure?.error;
  }

  /** @returns nothing when it failed; why is then in `failure`. */
  async #sent(query: QueryConfig, explain: Explain = (error) => error): Promise<Answer | undefined> {
    this.#mustGoOn();
    try {
      return await this.#client.query<Record<string, unknown>>(query);
    } catch (error) {
      this.#failure ??= { error: explain(error) };
      return undefined;
    }
  }

  #mustGoOn(): void {
    if (this.#over) throw new Error('This transaction is over; its records cannot be used any more.');
  }

  #query<Parameters>(compiled: CompiledStatement<Parameters>, parameters: Parameters): QueryConfig {
    const values = compiled.bind(parameters).map(storable);
    return this.#prepares ? { name: compiled.name, text: compiled.sql, values } : { text: compiled.sql, values };
  }
}

/** So many texts of others are prepared; those of pg-boss name a queue, of which there is one for each route. */
const mostNamed = 200;
const names = new Map<string, string>();

/** Reading and planning pg-boss's insert takes the server as long as writing some 25 rows with it. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= mostNamed) return known;
  const name = `given_${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** PostgreSQL has no character 0 in text. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
