import { lockKeys, lockNames } from '../name-locks.ts';
import type { Transactions } from '../transactions.ts';
import type { LedgerTransactions } from './transactions.ts';

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
        lockNames(runner, keys);
        return await run(runner);
      });
    },
  };
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
