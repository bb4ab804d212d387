import pg from 'pg';
import { systemClock } from '../../src/adapters/clock.ts';
import { postgresChanges } from '../../src/adapters/dispatch/postgres-changes.ts';
import { setExecutor } from '../../src/adapters/store/postgres/executor.ts';
import type { Changes } from '../../src/ports/changes.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Dispatcher } from '../../src/ports/dispatcher.ts';
import type { StoreTransaction } from '../../src/ports/store.ts';
import type { DispatcherOptions, DispatcherUnderTest } from './dispatcher-conformance.ts';

/** What a dispatcher under test is made of. */
export interface DispatcherParts {
  readonly pool: pg.Pool;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly namespace: string;
}

export interface OpenedDispatcher {
  readonly dispatcher: Dispatcher & { close(): Promise<void> };
  readonly empty: () => Promise<void>;
  readonly away: () => Promise<() => Promise<void>>;
  /** What else ends with it. */
  readonly end?: () => Promise<void>;
}

let cases = 0;

/** A namespace that no other case has. */
export function ownNamespace(options: DispatcherOptions): DispatcherOptions & { readonly namespace: string } {
  cases += 1;
  return { ...options, namespace: `${cases}.${options.namespace ?? 'default'}` };
}

/** One process with a dispatcher on a database that other cases use too. */
export async function openDispatcher(
  url: string,
  options: DispatcherOptions & { readonly namespace: string },
  open: (parts: DispatcherParts) => Promise<OpenedDispatcher>,
): Promise<DispatcherUnderTest> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  const { clock = systemClock, namespace } = options;
  const changes = postgresChanges({
    connection: { connectionString: url },
    executeSql: (text, values) => pool.query(text, [...values]),
    namespace,
  });
  const opened = await open({ pool, changes, clock, namespace });
  return {
    dispatcher: opened.dispatcher,
    changes,
    write: (change) => inTransaction(pool, change),
    another: (more = {}) => openDispatcher(url, more.namespace === undefined ? { namespace, ...more } : ownNamespace(more), open),
    empty: opened.empty,
    away: opened.away,
    [Symbol.asyncDispose]: async () => {
      await opened.dispatcher.close();
      await changes.close();
      await pool.end();
      await opened.end?.();
    },
  };
}

async function inTransaction(pool: pg.Pool, change: (transaction: StoreTransaction) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // Whatever a store gives to read and write, a dispatcher only joins its transaction.
    const transaction = {} as StoreTransaction;
    setExecutor(transaction, { executeSql: (text, values = []) => client.query<Record<string, unknown>>(text, [...values]) });
    await change(transaction);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
