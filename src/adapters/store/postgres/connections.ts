import pg from 'pg';
import type { ClientConfig, PoolClient, QueryConfig, QueryResult } from 'pg';

export interface ConnectionOptions {
  readonly url: string;
  /** How long a connection may take to be made, in ms. */
  readonly connectLimitMs: number;
  /** How long the server may take to answer before the connection counts as lost, in ms. */
  readonly answerLimitMs: number;
}

/** What is a whole number here fits one of JavaScript. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.NUMERIC, Number);

/** How every connection of ours is made. */
export function clientConfig({ url, connectLimitMs, answerLimitMs }: ConnectionOptions): ClientConfig {
  return {
    connectionString: url,
    application_name: 'miyabi',
    connectionTimeoutMillis: connectLimitMs,
    query_timeout: answerLimitMs,
    keepAlive: true,
    types,
  };
}

/** A connection that is one's own until it is given back. */
export interface Borrowed {
  readonly client: PoolClient;
  /** Given to it when it was made, and to no other. */
  readonly id: string;
  /** Once; later calls do nothing. @param lost it can be used no more. */
  readonly giveBack: (lost?: boolean) => void;
}

/** Some connections that are made when they are needed; who asks while all are in use waits, in the order of asking. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #ids = new WeakMap<object, string>();
  #closing: Promise<void> | undefined;

  constructor(options: ConnectionOptions, most: number) {
    // What is sent need not wait for the answer to what was sent before.
    this.#pool = new pg.Pool({ ...clientConfig(options), max: most, idleTimeoutMillis: 60_000, pipeline: true });
    // One that is lost while nobody uses it is replaced when it is needed.
    this.#pool.on('error', () => undefined);
    // Told to whoever waits for an answer as well; without a listener it would end the program. From the start, because one that is lost as soon
    // as it is made is lost before its borrower has it.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async borrow(): Promise<Borrowed> {
    if (this.#closing !== undefined) throw new Error('The database is closed.');
    const client = await this.#pool.connect();
    const id = this.#ids.get(client) ?? crypto.randomUUID();
    this.#ids.set(client, id);
    let given = false;
    return {
      client,
      id,
      giveBack: (isLost = false) => {
        if (given) return;
        given = true;
        client.release(isLost);
      },
    };
  }

  /** Runs one statement in a transaction of its own. */
  async query(query: QueryConfig): Promise<QueryResult<Record<string, unknown>>> {
    const { client, giveBack } = await this.borrow();
    let lost = true;
    try {
      const answer = await client.query<Record<string, unknown>>(query);
      lost = false;
      return answer;
    } finally {
      giveBack(lost);
    }
  }

  /** Resolves when all are given back and closed. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }
}
