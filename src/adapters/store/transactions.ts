import type { StatementRunner } from './statement.ts';

/** Transactions on the tables that lie in a database besides the engine's. */
export interface Transactions {
  write<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T>;
  read<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T>;
}
