import { AwaitedOutside } from '../sqlite/connection.ts';
import type { Journal } from './journal.ts';
import { Session } from './session.ts';
import type { Tables } from './tables.ts';

/**
 * One transaction after the other, over all who share the tables. Those that write begin with the next turn of the event loop, as if
 * their commit had to be waited for: an engine that never waits for anything else leaves room for timers.
 */
export class Transactions {
  readonly #tables: Tables;
  readonly #journal: Journal;
  #last: Promise<unknown> = Promise.resolve();
  #nextTurn: Promise<void> | undefined;
  #commits = 0;

  constructor(tables: Tables, journal: Journal) {
    this.#tables = tables;
    this.#journal = journal;
  }

  /** How many transactions have changed something so far. */
  get commits(): number {
    return this.#commits;
  }

  /** @param committed told when something was changed, before anybody learns of it. */
  async write<T>(body: (session: Session) => Promise<T>, committed: () => void): Promise<T> {
    await this.#turn();
    return this.#alone(async () => {
      try {
        const value = await this.#run(body);
        if (this.#journal.commit()) {
          this.#commits += 1;
          committed();
        }
        return value;
      } catch (error) {
        this.#journal.rollback();
        throw error;
      }
    });
  }

  read<T>(body: (session: Session) => Promise<T>): Promise<T> {
    return this.#alone(() => this.#run(body));
  }

  #turn(): Promise<void> {
    this.#nextTurn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#nextTurn = undefined;
        resolve();
      });
    });
    return this.#nextTurn;
  }

  #alone<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** A body that awaits nothing but its transaction is done before the event loop turns. */
  async #run<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const session = new Session(this.#tables);
    const outside = Promise.withResolvers<never>();
    const turned = setImmediate(() => outside.reject(new AwaitedOutside()));
    try {
      return await Promise.race([body(session), outside.promise]);
    } finally {
      clearImmediate(turned);
      session.end();
    }
  }
}
