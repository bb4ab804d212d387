import type { StatementRunner } from '../statement.ts';

/** How a change goes beside others. */
export interface WriteOptions {
  /**
   * Names of what it reads and then writes by what it has read. Changes that share a name go one after the other, over all processes on the
   * database: each sees all that those before it have written.
   */
  readonly serial?: readonly string[];
}

/** Where the ledger's statements run. */
export interface LedgerTransactions {
  write<T>(run: (runner: StatementRunner) => Promise<T>, options?: WriteOptions): Promise<T>;
  read<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T>;
}
