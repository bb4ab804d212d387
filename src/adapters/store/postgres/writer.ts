import { sql } from 'kysely';
import type { Generated } from 'kysely';
import type { QueryResult } from 'pg';
import { queryBuilder, statements } from '../statement.ts';
import type { WeaverSchema } from '../weaver/schema.ts';
import { codeOf, isConnectionLoss, isPassing } from './failures.ts';
import type { Borrowed, Connections } from './connections.ts';
import { persistently } from './persistently.ts';
import type { Patience } from './persistently.ts';
import { PostgresRunner } from './runner.ts';

export interface WriterOptions extends Patience {
  readonly prepares: boolean;
  /** How long a transaction may be left alone by its program before the server undoes it, in ms. */
  readonly idleLimitMs: number;
}

interface ConnectionSchema extends WeaverSchema {
  readonly weaver_connection: { readonly id: string; readonly transactions: number; readonly used_at: Generated<Date> };
}

const statement = statements(queryBuilder<ConnectionSchema>());

/** Committed before its first transaction begins: what is not committed yet nobody else could wait for. */
const open = statement<{ readonly id: string }>((db, p) => db.insertInto('weaver_connection').values({ id: p.id, transactions: 0 }));

/** Committed with the transaction, or lost with it; and locked as long as nobody knows which. */
const count = statement<{ readonly id: string; readonly transactions: number }>((db, p) =>
  db
    .updateTable('weaver_connection')
    .set({ transactions: p.transactions, used_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', p.id),
);

const countOf = statement<{ readonly id: string }, { readonly transactions: number }>((db, p) =>
  db.selectFrom('weaver_connection').select('transactions').where('id', '=', p.id).forUpdate(),
);

const forget = statement<{ readonly ids: string }>((db, p, words) =>
  db
    .deleteFrom('weaver_connection')
    .where((any) => any.or([words.isListed('id', p.ids), sql<boolean>`used_at < clock_timestamp() - interval '1 day'`])),
);

/** The answer to a COMMIT was lost with its connection. */
class UnknownCommit extends Error {
  override readonly name = 'UnknownCommit';
  readonly value: unknown;

  constructor(value: unknown, cause: unknown) {
    super('The connection was lost while the transaction was being committed.', { cause });
    this.value = value;
  }
}

/**
 * Transactions that write, READ COMMITTED: what was read to be changed is locked. One that was undone because another was in its way, or
 * because its connection was lost, is run again; one of which nobody knows whether it was committed is looked up first.
 */
export class Writer {
  readonly #connections: Connections;
  readonly #options: WriterOptions;
  readonly #begin: string;
  readonly #counts = new Map<string, number>();

  constructor(connections: Connections, options: WriterOptions) {
    this.#connections = connections;
    this.#options = options;
    // A plan that was made while a table was small is kept when it is not any more; what is written is always found by an index.
    const byIndex = ['seqscan', 'hashjoin', 'mergejoin'].map((way) => `SET LOCAL enable_${way} = off`);
    this.#begin = ['BEGIN', `SET LOCAL idle_in_transaction_session_timeout = ${options.idleLimitMs}`, ...byIndex].join('; ');
  }

  write<T>(body: (runner: PostgresRunner) => Promise<T>): Promise<T> {
    return persistently(() => this.#attempt(body), this.#options);
  }

  /** Before the connections are closed. */
  async close(): Promise<void> {
    const ids = [...this.#counts.keys()];
    if (ids.length === 0) return;
    await this.#attempt((runner) => runner.run(forget, { ids: JSON.stringify(ids) })).catch((error: unknown) => {
      // Out of reach: whoever closes later forgets them, after a day.
      if (!isPassing(error)) throw error;
    });
    this.#counts.clear();
  }

  async #attempt<T>(body: (runner: PostgresRunner) => Promise<T>): Promise<T> {
    const borrowed = await this.#connections.borrow();
    const before = this.#counts.get(borrowed.id);
    const transactions = (before ?? 0) + 1;
    this.#counts.set(borrowed.id, transactions);
    let lost = false;
    try {
      if (before === undefined) await this.#open(borrowed);
      return await this.#transact(borrowed, transactions, body);
    } catch (error) {
      lost = true;
      if (!(error instanceof UnknownCommit)) {
        lost = !(await rolledBack(borrowed));
        throw error;
      }
      borrowed.giveBack(true);
      if (await this.#wasCommitted(borrowed.id, transactions)) return error.value as T;
      throw error.cause;
    } finally {
      borrowed.giveBack(lost);
    }
  }

  async #open({ client, id }: Borrowed): Promise<void> {
    const runner = new PostgresRunner(client, { writes: true, prepares: false });
    await runner.run(open, { id });
  }

  async #transact<T>(borrowed: Borrowed, transactions: number, body: (runner: PostgresRunner) => Promise<T>): Promise<T> {
    const runner = new PostgresRunner(borrowed.client, { writes: true, prepares: this.#options.prepares });
    let value: T;
    try {
      // Once this is answered, whether it is committed can be asked for; most bodies wait for something anyway.
      const counted = Promise.all([runner.executeSql(this.#begin), runner.run(count, { id: borrowed.id, transactions })]);
      const [given] = await Promise.allSettled([body(runner), counted]);
      const [, changed] = await counted;
      if (changed !== 1) {
        this.#counts.delete(borrowed.id);
        throw new Error('Connection terminated: it was not used for so long that its count was forgotten.');
      }
      if (given.status === 'rejected') throw given.reason;
      value = given.value;
      if (runner.failure !== undefined) throw runner.failure.error;
    } finally {
      runner.end();
    }
    await this.#commit(borrowed, runner, value);
    return value;
  }

  async #commit(borrowed: Borrowed, runner: PostgresRunner, value: unknown): Promise<void> {
    let answer: QueryResult;
    try {
      answer = await borrowed.client.query('COMMIT');
    } catch (error) {
      // What failed before it, and was told, was not committed.
      if (runner.failure !== undefined && !isConnectionLoss(runner.failure.error)) throw runner.failure.error;
      throw isConnectionLoss(error) ? new UnknownCommit(value, error) : error;
    }
    if (runner.failure !== undefined) throw runner.failure.error;
    if (answer.command !== 'COMMIT') throw new Error(`A transaction was ended by ${answer.command} in place of COMMIT.`);
  }

  /** Waits until the transaction is over, which the lock on its count tells. */
  #wasCommitted(id: string, transactions: number): Promise<boolean> {
    return persistently(async () => {
      const borrowed = await this.#connections.borrow();
      let lost = true;
      try {
        const runner = new PostgresRunner(borrowed.client, { writes: true, prepares: this.#options.prepares });
        await runner.executeSql("BEGIN; SET LOCAL lock_timeout = '2s'");
        const [found] = await runner.all(countOf, { id });
        lost = false;
        return found?.transactions === transactions;
      } finally {
        lost = !(await rolledBack(borrowed)) || lost;
        borrowed.giveBack(lost);
      }
    }, this.#options);
  }
}

/** Whether the connection can be used for something else. */
async function rolledBack({ client }: Borrowed): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch (error) {
    if (codeOf(error) === undefined && !isConnectionLoss(error)) throw error;
    return false;
  }
}
