/** @module-tag campaign */
import { afterAll } from 'vitest';
import { startQueue } from '../support/http-queue.ts';
import type { QueueProgram } from '../support/http-queue.ts';
import { noPostgres } from '../support/postgres.ts';
import { deliveryConformance } from './engine-conformance.ts';
import { onPostgres } from './engine-postgres-stand.ts';

let server: Promise<QueueProgram> | undefined;
afterAll(async () => (await server)?.[Symbol.asyncDispose]());

// What has nothing to do with delivery is asked of PostgreSQL with pg-boss.
deliveryConformance(
  'PostgreSQL with a queue elsewhere',
  onPostgres(async (namespace) => ({ by: 'queue', queue: (await (server ??= startQueue())).queueOf(namespace) })),
  noPostgres(),
);
