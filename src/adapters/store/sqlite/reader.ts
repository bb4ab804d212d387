import type { StatementRunner } from '../statement.ts';
import { runBody } from './connection.ts';
import type { Connection } from './connection.ts';
import { asStoreFailure, busyFailure, isBusy } from './failures.ts';

/** Reads one after the other, each on one consistent state of what is committed, beside whatever is being written. */
export class Reader {
  readonly #connection: Connection;
  readonly #busyLimitMs: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, options: { readonly busyLimitMs: number }) {
    this.#connection = connection;
    this.#busyLimitMs = options.busyLimitMs;
  }

  read<T>(look: (runner: StatementRunner) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#read(look));
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #read<T>(look: (runner: StatementRunner) => Promise<T>): Promise<T> {
    const since = performance.now();
    for (;;) {
      try {
        this.#connection.database.exec('BEGIN');
        return await runBody(this.#connection, look);
      } catch (error) {
        if (!isBusy(error)) throw asStoreFailure(error, this.#connection.path);
        const waited = performance.now() - since;
        if (waited > this.#busyLimitMs) throw busyFailure(this.#connection.path, waited, error);
      } finally {
        this.#connection.rollback();
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
