import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createKnowledge } from '../../src/adapters/knowledge/knowledge.ts';
import { postgresIndex } from '../../src/adapters/knowledge/postgres/postgres-index.ts';
import { openFileIndex } from '../../src/adapters/knowledge/sqlite/open-file-index.ts';
import { openPostgres } from '../../src/adapters/store/postgres/open.ts';
import { measureRelevance } from '../support/knowledge/measure-relevance.ts';
import { openTestLedger } from '../support/ledger.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';

it('finds what solved the same before, told in other words: in a file', async () => {
  await using opened = await openTestLedger();
  const index = await openFileIndex({ path: join(opened.path, '..', 'knowledge.db') });
  await using knowledge = createKnowledge({ records: opened.ledger.knowledge, index });
  const { all, tuned, heldOut } = await measureRelevance(knowledge);
  expect(all.entries - all.questions).toBeGreaterThanOrEqual(300);
  expect(tuned.questions).toBeGreaterThanOrEqual(50);
  expect(tuned.recallAt5).toBeGreaterThanOrEqual(0.9);
  expect(tuned.meanReciprocalRank).toBeGreaterThanOrEqual(0.7);
  expect(all.recallAt5).toBeGreaterThanOrEqual(0.85);
  expect(heldOut.recallAt5).toBeGreaterThanOrEqual(0.5);
});

const missing = noPostgres();

it.skipIf(missing !== undefined)(`and in PostgreSQL nearly as well${missing === undefined ? '' : ` (${missing})`}`, async () => {
  await using opened = await openTestLedger();
  await using fresh = await freshPostgres();
  const database = await openPostgres(fresh.url, {});
  try {
    await using knowledge = createKnowledge({ records: opened.ledger.knowledge, index: await postgresIndex(database.executor) });
    const { tuned, missed } = await measureRelevance(knowledge);
    expect(tuned.recallAt5, missed.join('; ')).toBeGreaterThanOrEqual(0.8);
    expect(tuned.meanReciprocalRank).toBeGreaterThanOrEqual(0.65);
  } finally {
    await database.close();
  }
});
