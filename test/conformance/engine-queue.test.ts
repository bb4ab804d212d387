import { afterAll } from 'vitest';
import { startQueue } from '../support/http-queue.ts';
import type { QueueProgram } from '../support/http-queue.ts';
import { noPostgres } from '../support/postgres.ts';
import { engineConformance } from './engine-conformance.ts';
import { onPostgres } from './engine-postgres-stand.ts';

let server: Promise<QueueProgram> | undefined;
afterAll(async () => (await server)?.[Symbol.asyncDispose]());

const make = onPostgres(async (namespace) => ({ by: 'queue', queue: (await (server ??= startQueue())).queueOf(namespace) }));

engineConformance('PostgreSQL with a queue elsewhere', make, noPostgres());
