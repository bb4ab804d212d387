import { afterAll, describe } from 'vitest';
import { startQueue } from '../support/http-queue.ts';
import type { QueueProgram } from '../support/http-queue.ts';
import { noPostgres } from '../support/postgres.ts';
import { claimCases } from './engine/claims.ts';
import { limitCases } from './engine/limits.ts';
import { pauseAndRetryCases } from './engine/pause-retry.ts';
import { sharingCases } from './engine/sharing.ts';
import { waitingCases } from './engine/waiting.ts';
import { onPostgres } from './engine-postgres-stand.ts';

let server: Promise<QueueProgram> | undefined;
afterAll(async () => (await server)?.[Symbol.asyncDispose]());

const make = onPostgres(async (namespace) => ({ by: 'queue', queue: (await (server ??= startQueue())).queueOf(namespace) }));

const unable = noPostgres();

// What has nothing to do with delivery is asked of PostgreSQL with other dispatchers.
describe.skipIf(unable !== undefined)(`engine on PostgreSQL with a queue elsewhere${unable === undefined ? '' : ` (${unable})`}`, () => {
  claimCases(make);
  limitCases(make);
  pauseAndRetryCases(make);
  sharingCases(make);
  waitingCases(make);
});
