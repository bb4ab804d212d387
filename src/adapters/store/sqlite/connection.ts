import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { packText } from '../packed-text.ts';
import type { CompiledStatement, Statement, StatementRunner } from '../statement.ts';

/** A statement as SQLite has it. */
interface Prepared {
  readonly compiled: CompiledStatement<never>;
  readonly native: StatementSync;
}

/** One connection with its prepared statements. */
export class Connection {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly #prepared = new Map<Statement<never, unknown>, Prepared>();

  constructor(database: DatabaseSync, path: string) {
    this.database = database;
    this.path = path;
  }

  prepared(statement: Statement<never, unknown>): Prepared {
    let found = this.#prepared.get(statement);
    if (found === undefined) {
      const compiled = statement.in('sqlite');
      found = { compiled, native: this.database.prepare(compiled.sql) };
      this.#prepared.set(statement, found);
    }
    return found;
  }

  /** Ends a transaction if one is open; SQLite may have ended it itself. */
  rollback(): void {
    if (this.database.isTransaction) this.database.exec('ROLLBACK');
  }
}

/** Runs statements at once; its promises are settled already. Refuses to work once its transaction is over. */
export class SynchronousRunner implements StatementRunner {
  readonly dialect = 'sqlite';
  readonly locks = false;
  readonly pack = packText;
  readonly #connection: Connection;
  #over = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  end(): void {
    this.#over = true;
  }

  async all<Parameters, Row>(statement: Statement<Parameters, Row>, parameters: Parameters): Promise<Row[]> {
    const { native, compiled } = this.#ready(statement);
    return native.all(...(compiled.bind(parameters as never) as SQLInputValue[])) as Row[];
  }

  async run<Parameters>(statement: Statement<Parameters, unknown>, parameters: Parameters): Promise<number> {
    const { native, compiled } = this.#ready(statement);
    return Number(native.run(...(compiled.bind(parameters as never) as SQLInputValue[])).changes);
  }

  send<Parameters>(statement: Statement<Parameters, unknown>, parameters: Parameters): void {
    const { native, compiled } = this.#ready(statement);
    native.run(...(compiled.bind(parameters as never) as SQLInputValue[]));
  }

  #ready<Parameters>(statement: Statement<Parameters, unknown>): Prepared {
    if (this.#over) throw new Error('This transaction is over; its records cannot be used any more.');
    return this.#connection.prepared(statement as Statement<never, unknown>);
  }
}

/** Thrown into a body that awaited something other than its transaction. */
export class AwaitedOutside extends Error {
  override readonly name = 'AwaitedOutside';

  constructor() {
    super('The body of a transaction awaited something other than the transaction itself. Nothing of it was stored.');
  }
}

/** Runs a body that may only await the connection: such a body is done before the event loop turns. */
export async function runBody<T>(connection: Connection, body: (runner: StatementRunner) => Promise<T>): Promise<T> {
  const runner = new SynchronousRunner(connection);
  let turned: NodeJS.Immediate | undefined;
  const outside = new Promise<never>((_, reject) => {
    turned = setImmediate(() => reject(new AwaitedOutside()));
  });
  try {
    return await Promise.race([body(runner), outside]);
  } finally {
    clearImmediate(turned);
    runner.end();
  }
}
