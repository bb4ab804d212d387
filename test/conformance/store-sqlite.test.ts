import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { Database } from '../../src/adapters/store/open-database.ts';
import { putFreshDatabase } from '../support/fresh-database.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { embeddedStoreConformance, storeConformance } from './store-conformance.ts';
import type { Versioned } from './store-sharing.ts';
import type { StoreUnderTest } from './store-support.ts';

async function make(): Promise<StoreUnderTest<Versioned>> {
  const folder = await temporaryFolder('store-');
  const opened: Database[] = [];
  await putFreshDatabase(join(folder.path, 'weaver.db'));
  return {
    connect: async (namespace) => {
      const options = { clock: systemClock, ids: systemIds, ...(namespace === undefined ? {} : { namespace }) };
      const database = await openDatabase(join(folder.path, 'weaver.db'), options);
      opened.push(database);
      return database;
    },
    [Symbol.asyncDispose]: async () => {
      for (const database of opened) await database.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

storeConformance('SQLite', make);
embeddedStoreConformance('SQLite', make);
