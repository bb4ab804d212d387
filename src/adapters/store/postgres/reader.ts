import type { Connections } from './connections.ts';
import { persistently } from './persistently.ts';
import type { Patience } from './persistently.ts';
import { PostgresRunner } from './runner.ts';

/** Reads, each on one consistent state of what is committed. */
export class Reader {
  readonly #connections: Connections;
  readonly #options: Patience & { readonly prepares: boolean };

  constructor(connections: Connections, options: Patience & { readonly prepares: boolean }) {
    this.#connections = connections;
    this.#options = options;
  }

  read<T>(look: (runner: PostgresRunner) => Promise<T>): Promise<T> {
    return persistently(() => this.#read(look), this.#options);
  }

  async #read<T>(look: (runner: PostgresRunner) => Promise<T>): Promise<T> {
    const borrowed = await this.#connections.borrow();
    const runner = new PostgresRunner(borrowed.client, { writes: false, prepares: this.#options.prepares });
    try {
      const [, value] = await Promise.all([runner.executeSql('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'), look(runner)]);
      return value;
    } finally {
      runner.end();
      // Nobody waits for its end: a connection that cannot end it is replaced when it is used next.
      borrowed.client.query('COMMIT').catch(() => undefined);
      borrowed.giveBack(runner.failure !== undefined);
    }
  }
}
