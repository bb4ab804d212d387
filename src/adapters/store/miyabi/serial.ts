import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { queryBuilder, statements } from '../statement.ts';
import type { Transactions } from '../transactions.ts';
import type { LedgerTransactions } from './transactions.ts';

const statement = statements(queryBuilder<Record<string, never>>());

/** In the order of the list, until the end of the transaction. */
const takeLocks = statement<{ readonly keys: string }>((db, p) =>
  db
    .selectFrom(sql<{ readonly key: string }>`json_array_elements_text(cast(${p.keys} as json))`.as<'listed'>(sql`listed (key)`))
    .select(sql`pg_advisory_xact_lock(cast(listed.key as bigint))`.as('taken')),
);

/**
 * Keeps the promise of `serial` where others write at the same time (PostgreSQL), by locks that end with the transaction. Locks are always
 * taken in one order and before any row, so that nobody waits in a circle. Within a process one change for each name asks for a connection:
 * those that wait for each other leave the others to the rest. Where there is one writer (SQLite) nothing of this is needed, and from the
 * first change on nothing of it is done.
 */
export function serialTransactions(transactions: Transactions): LedgerTransactions {
  const turns = new Turns();
  let isNeeded = true;
  return {
    read: (run) => transactions.read(run),
    write: async (run, { serial = [] } = {}) => {
      if (serial.length === 0 || !isNeeded) return await transactions.write(run);
      const keys = lockKeys(serial);
      using _turn = await turns.take(keys);
      return await transactions.write(async (runner) => {
        isNeeded = runner.locks;
        // What comes after it is looked at by the database once it has the locks.
        if (isNeeded) runner.send(takeLocks, { keys: JSON.stringify(keys) });
        return await run(runner);
      });
    },
  };
}

/** Each name as one of 2^64 numbers (the beginning of its SHA-256), once, in rising order. Names that share one wait for each other, and that is all. */
export function lockKeys(names: readonly string[]): readonly string[] {
  const numbers = names.map((name) => createHash('sha256').update(`miyabi:${name}`).digest().readBigInt64BE());
  return [...new Set(numbers)].toSorted((one, other) => (one < other ? -1 : 1)).map(String);
}

/** Who waits for what, within this process: first come, first served. */
class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when everybody who has asked for any of the keys before has given them back. Asks for all at once, so that nobody waits in a circle. */
  async take(keys: readonly string[]): Promise<Disposable> {
    const over = Promise.withResolvers<void>();
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    for (const key of keys) this.#last.set(key, over.promise);
    await Promise.all(before);
    return {
      [Symbol.dispose]: () => {
        for (const key of keys) if (this.#last.get(key) === over.promise) this.#last.delete(key);
        over.resolve();
      },
    };
  }
}
