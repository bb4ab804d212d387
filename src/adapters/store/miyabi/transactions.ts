import type { StatementRunner } from '../statement.ts';

/** Where the ledger's statements run. */
export interface LedgerTransactions {
  write<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T>;
  read<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T>;
}
