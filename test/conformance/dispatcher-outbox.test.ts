import { afterAll } from 'vitest';
import { outboxDispatcher } from '../../src/adapters/dispatch/outbox-dispatcher.ts';
import { startQueue } from '../support/http-queue.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { dispatcherConformance } from './dispatcher-conformance.ts';
import type { MakeDispatcher } from './dispatcher-conformance.ts';
import { openDispatcher, ownNamespace } from './dispatcher-stand.ts';

async function begin() {
  return { database: await freshPostgres(), server: await startQueue() };
}

let place: ReturnType<typeof begin> | undefined;
afterAll(async () => {
  const begun = await place;
  await begun?.server[Symbol.asyncDispose]();
  await begun?.database[Symbol.asyncDispose]();
});

const make: MakeDispatcher = async (options = {}) => {
  const { database, server } = await (place ??= begin());
  return openDispatcher(database.url, ownNamespace(options), async ({ pool, changes, clock, namespace }) => {
    const executor = {
      executeSql: (text: string, values: readonly unknown[] = []) => pool.query<Record<string, unknown>>(text, [...values]),
    };
    return {
      dispatcher: outboxDispatcher({ executor, queue: server.queueOf(namespace), changes, clock, namespace }),
      empty: async () => {
        // What is still on its way would come after.
        while ((await pool.query('select from weaver_dispatch')).rowCount !== 0) await new Promise((resolve) => setImmediate(resolve));
        await server.lose();
      },
      away: async () => {
        await server.kill();
        return () => server.start();
      },
    };
  });
};

dispatcherConformance('an outbox and a queue elsewhere', make, noPostgres());
