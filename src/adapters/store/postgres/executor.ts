import type { StoreTransaction } from '../../../ports/store.ts';

/** Runs SQL in a transaction that somebody else has begun and will end; the shape that pg-boss takes as its database. */
export interface SqlExecutor {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ readonly rows: Record<string, unknown>[] }>;
}

const executors = new WeakMap<StoreTransaction, SqlExecutor>();

/** Lets others join the transaction behind these records. */
export function setExecutor(transaction: StoreTransaction, executor: SqlExecutor): void {
  executors.set(transaction, executor);
}

/** The connection of a transaction, for a dispatcher that writes in it. @throws when it is not one of PostgreSQL. */
export function executorOf(transaction: StoreTransaction): SqlExecutor {
  const executor = executors.get(transaction);
  if (executor === undefined) throw new Error('Only a transaction on PostgreSQL can be joined with SQL.');
  return executor;
}
