import { systemClock } from '../../src/adapters/clock.ts';
import { memoryDatabase } from '../../src/adapters/store/memory/database.ts';
import { memoryHeartbeat } from '../../src/adapters/store/memory/heartbeat.ts';
import { embeddedStoreConformance, storeConformance } from './store-conformance.ts';
import type { Versioned } from './store-sharing.ts';
import type { StoreUnderTest } from './store-support.ts';

async function make(): Promise<StoreUnderTest<Versioned>> {
  const database = memoryDatabase();
  return {
    connect: async (namespace) => ({ ...database.connect(namespace), heartbeat: memoryHeartbeat(database, { clock: systemClock }) }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

storeConformance('memory', make);
embeddedStoreConformance('memory', make);
