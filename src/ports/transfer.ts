import type { ProcessId } from '../domain/ids.ts';

/** How far a transfer has come within one table. */
export interface TransferProgress {
  readonly table: string;
  readonly rows: number;
  /** Rows of the whole table. */
  readonly of: number;
}

/** What was written to a file, or read from one. */
export interface Transferred {
  /** In the order of the file. */
  readonly tables: ReadonlyArray<{ readonly name: string; readonly rows: number }>;
  readonly rows: number;
  /** Of everything in the file before its last line, in hex. */
  readonly sha256: string;
}

/** How a schema changed: the number of its last migration, 0 before the first. */
export interface SchemaChange {
  readonly schema: string;
  readonly before: number;
  readonly after: number;
}

export interface TransferOptions {
  readonly onProgress?: (progress: TransferProgress) => void;
}

/**
 * A database whose records can be moved to another, with all history: jobs, tasks, attempts, decisions, events and what Miyabi knows beside them.
 * What belongs to one machine (folders of worlds and their slots) stays where it is.
 */
export interface MovableDatabase {
  /** For people, without a password: a path, or an address. */
  readonly name: string;
  /** Tables that are not moved, each with the reason: a clause without its full stop. */
  readonly left: ReadonlyArray<{ readonly name: string; readonly because: string }>;
  /** Makes the tables, or brings them to the newest schema that this version knows. */
  migrate(): Promise<readonly SchemaChange[]>;
  /** Processes that have not been seen to end; some of them may be dead. */
  processes(): Promise<ReadonlyArray<{ readonly id: ProcessId; readonly pid: number }>>;
  /**
   * Writes one consistent state of all records to a new file, row by row.
   *
   * @throws Failure (configuration) when the schema is not the newest, or the file is there already or cannot be written.
   */
  exportTo(file: string, options?: TransferOptions): Promise<Transferred>;
  /**
   * Takes all records from a file: every one, or none.
   *
   * @throws Failure (configuration) when the database is not empty, or the file was not written for this schema or is not as it was written.
   */
  importFrom(file: string, options?: TransferOptions): Promise<Imported>;
}

export interface Imported extends Transferred {
  /** Characters that the database cannot hold (U+0000 in PostgreSQL), each of which became U+FFFD. */
  readonly replaced: number;
}
