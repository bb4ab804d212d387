import type { Column, Value } from './format.ts';
import type { TransferTable } from './tables.ts';

/** One consistent state of a database, to be read from. */
export interface Source extends AsyncDisposable {
  columns(table: string): Promise<readonly Column[]>;
  count(table: string): Promise<number>;
  /** In the order of the table, some at a time. */
  rows(table: TransferTable, columns: readonly Column[]): AsyncIterable<ReadonlyArray<readonly Value[]>>;
}

/** A transaction that takes rows. Disposing one that was not committed undoes all of it. */
export interface Target extends AsyncDisposable {
  columns(table: string): Promise<readonly Column[]>;
  count(table: string): Promise<number>;
  insert(table: TransferTable, columns: readonly Column[], rows: ReadonlyArray<readonly Value[]>): Promise<void>;
  /** Characters that were replaced because the database cannot hold them. */
  readonly replaced: number;
  /** What is added later is numbered on from what was inserted. */
  commit(): Promise<void>;
}
