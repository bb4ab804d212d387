import { folderArtifacts } from './adapters/artifacts/folder-artifacts.ts';
import type { Config } from './domain/config.ts';
import { Failure } from './domain/failure.ts';
import type { Artifacts } from './ports/artifacts.ts';
import type { Clock } from './ports/clock.ts';

/** What artifacts are opened with. */
export interface ArtifactsRequest {
  readonly config: Config['artifacts'];
  /** Of this machine: where they lie, or through which they pass on their way to a bucket. */
  readonly folder: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Where large values are kept, as configured; a part of `app.ts`. The bucket's own code is loaded by whoever has one.
 *
 * @throws Failure (configuration) for a bucket without a name or without credentials.
 */
export async function openArtifacts({ config, folder, clock, environment }: ArtifactsRequest): Promise<Artifacts> {
  const { store, bucket, region, endpoint = `https://s3.${region}.amazonaws.com`, prefix } = config;
  if (store === 'folder') return folderArtifacts({ folder, clock });
  if (bucket === undefined)
    throw lacking('artifacts.bucket', 'Name the bucket in your own configuration, or with MIYABI_ARTIFACTS_BUCKET.');
  const { s3Artifacts } = await import('./adapters/artifacts/s3/s3-artifacts.ts');
  return s3Artifacts({ folder, clock, endpoint, region, bucket, prefix, credentials: credentialsIn(environment) });
}

function credentialsIn(environment: ArtifactsRequest['environment']) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  if (!accessKeyId || !secretAccessKey)
    throw lacking('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', 'Set both in the environment of this program.');
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function lacking(what: string, fix: string): Failure {
  return new Failure('configuration', {
    what: `Artifacts cannot be kept in a bucket: ${what} is not set.`,
    why: 'artifacts.store is s3, and the bucket cannot be reached without it.',
    fix: `${fix} Or set artifacts.store to folder.`,
  });
}
