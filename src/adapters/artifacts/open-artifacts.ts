import type { Config } from '../../domain/config.ts';
import { Failure } from '../../domain/failure.ts';
import type { Artifacts } from '../../ports/artifacts.ts';
import type { Clock } from '../../ports/clock.ts';
import { folderArtifacts } from './folder-artifacts.ts';
import type { BucketCredentials } from './s3/bucket-settings.ts';
import { s3Artifacts } from './s3/s3-artifacts.ts';

export interface OpenArtifactsOptions {
  readonly config: Config['artifacts'];
  /** The store itself, or what content passes through on its way to a bucket. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Who we are at a bucket is read here: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, AWS_SESSION_TOKEN. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The artifact store as it is configured. Nothing is asked of it yet.
 * @throws Failure (configuration) for a bucket that has no name, or for which nobody says who we are.
 */
export function openArtifacts({ config, folder, clock, environment }: OpenArtifactsOptions): Artifacts {
  if (config.store === 'folder') return folderArtifacts({ folder, clock });
  const { bucket, region, prefix } = config;
  if (bucket === undefined) {
    throw new Failure('configuration', {
      what: 'It is not said which bucket keeps the artifacts.',
      why: '`artifacts.store` is `s3`, and `artifacts.bucket` is not set.',
      fix: 'Name the bucket, or leave `artifacts.store` out to keep them in the state folder.',
    });
  }
  const { origin } = new URL(config.endpoint ?? `https://s3.${region}.amazonaws.com`);
  return s3Artifacts({ endpoint: origin, region, bucket, prefix, credentials: credentialsIn(environment), folder, clock });
}

function credentialsIn(environment: OpenArtifactsOptions['environment']): BucketCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  throw new Failure('configuration', {
    what: 'It is not known who we are at the bucket that keeps the artifacts.',
    why: `${accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'} is not set.`,
    fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for this program; they are never written down.',
  });
}
