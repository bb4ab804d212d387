import { describe } from 'vitest';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import type { PostgresDatabase } from '../../src/adapters/store/postgres/open.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { storeConformance } from './store-conformance.ts';
import type { StoreUnderTest } from './store-support.ts';

async function make(): Promise<StoreUnderTest> {
  const fresh = await freshPostgres();
  const opened: PostgresDatabase[] = [];
  return {
    connect: async (namespace) => {
      const database = await openPostgres(fresh.url, namespace === undefined ? {} : { namespace });
      opened.push(database);
      return database;
    },
    [Symbol.asyncDispose]: async () => {
      for (const database of opened) await database.close();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

const reason = noPostgres();
describe.skipIf(reason !== undefined)(`on a server${reason === undefined ? '' : ` (${reason})`}`, () => {
  storeConformance('PostgreSQL', make);
});
