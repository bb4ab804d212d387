/** @module-tag campaign */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { s3Artifacts } from '../../src/adapters/artifacts/s3/s3-artifacts.ts';
import type { S3Server } from '../support/s3-server.ts';
import { s3Server } from '../support/s3-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { artifactsConformance } from './artifacts-conformance.ts';

let server: S3Server;
let strict: Awaited<ReturnType<S3Server['through']>>;
beforeAll(async () => {
  server = await s3Server();
  strict = await server.through(() => undefined);
});
afterAll(async () => {
  await strict[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

artifactsConformance('a bucket', async (clock) => {
  const folder = await temporaryFolder('artifacts-');
  const { bucket, credentials } = server;
  const { endpoint } = strict;
  // Each case has a part of the bucket to itself. This server keeps it in a folder, which it takes away with the last object, while another is put there.
  const prefix = `${randomUUID()}/`;
  await mkdir(join(server.folder, prefix, 'objects', 'kept'), { recursive: true });
  const artifacts = s3Artifacts({
    endpoint,
    bucket,
    credentials,
    region: 'us-east-1',
    prefix,
    folder: folder.path,
    clock,
  });
  return { artifacts, [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose]() };
});
