import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { s3Server } from '../test/support/s3-server.ts';
import { temporaryFolder } from '../test/support/temporary.ts';
import { configSchema } from './domain/config.ts';
import { environmentLayer, resolveConfig } from './domain/resolve-config.ts';
import { systemClock } from './adapters/clock.ts';
import { openArtifacts } from './app-artifacts.ts';

it('artifacts lie in the state folder unless a bucket is configured', async () => {
  await using folder = await temporaryFolder('artifacts-');
  const path = join(folder.path, 'artifacts');
  const artifacts = await openArtifacts({ config: configSchema.parse({}).artifacts, folder: path, clock: systemClock, environment: {} });
  const { reference } = await artifacts.put('a');
  expect(existsSync(join(path, reference.slice(7, 9)))).toBe(true);
});

it('a bucket is opened with what the environment says of it', async () => {
  await using folder = await temporaryFolder('artifacts-');
  await using server = await s3Server();
  const environment = {
    MIYABI_ARTIFACTS_STORE: 's3',
    MIYABI_ARTIFACTS_BUCKET: server.bucket,
    MIYABI_ARTIFACTS_ENDPOINT: server.endpoint,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  const { config } = resolveConfig([environmentLayer(environment)]);
  const artifacts = await openArtifacts({ config: config.artifacts, folder: folder.path, clock: systemClock, environment });
  const { reference } = await artifacts.put('a');
  expect(await artifacts.read(reference)).toHaveLength(1);
  expect(existsSync(join(server.folder, 'miyabi', 'objects'))).toBe(true);
});

it.each([
  ['a name', { store: 's3' }, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, /artifacts\.bucket/],
  ['a key', { store: 's3', bucket: 'team' }, {}, /AWS_ACCESS_KEY_ID/],
  ['a secret', { store: 's3', bucket: 'team' }, { AWS_ACCESS_KEY_ID: 'a' }, /AWS_SECRET_ACCESS_KEY is not set/],
])('a bucket without %s is refused before anything is stored', async (_, artifacts, environment, message) => {
  const { artifacts: config } = configSchema.parse({ artifacts });
  await expect(openArtifacts({ config, folder: '/nowhere', clock: systemClock, environment })).rejects.toThrow(message);
});

it('a repository may not say where artifacts are kept, nor with which key remotes are opened', () => {
  for (const values of [{ artifacts: { store: 's3' } }, { artifacts: { endpoint: 'https://example.org' } }, { remotes: { hosts: {} } }]) {
    expect(() => resolveConfig([{ source: 'repository', origin: 'miyabi.config.json', values }])).toThrow(/repository is foreign/);
  }
});
