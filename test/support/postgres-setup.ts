import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgresServer } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

/** As in `postgres.ts`, which brings much more with it than is needed before the first test. */
const variable = 'MIYABI_TEST_POSTGRES';

/**
 * One PostgreSQL for all tests of a run, started when the first of them asks for it and stopped with the run: who connects to the
 * socket is told its address.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Another project of this run has been here before.
  if (process.env[variable] !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'postgres-of-tests-'));
  const path = join(folder, 'address');
  let started: Promise<PostgresServer> | undefined;
  const socket = createServer((asking) => {
    asking.on('error', () => undefined);
    // What has a few hundred small databases looked after all the time has little left for the tests.
    started ??= startPostgresServer({ autovacuum: 'off', jit: 'off' });
    started.then(
      (server) => asking.end(server.url()),
      (error: unknown) => asking.end(error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise<void>((resolve) => void socket.listen(path, resolve));
  process.env[variable] = path;
  return async () => {
    delete process.env[variable];
    socket.close();
    const server = await started?.catch(() => undefined);
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
}
