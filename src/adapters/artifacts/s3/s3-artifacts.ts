import { resolve } from 'node:path';
import type { Artifacts } from '../../../ports/artifacts.ts';
import type { Clock } from '../../../ports/clock.ts';
import { defaultTtlMs } from '../time-to-live.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { openBucket } from './bucket.ts';
import { collect } from './collect.ts';
import { extend } from './extend.ts';
import { put } from './put.ts';
import { read, stream } from './read.ts';

export interface S3ArtifactsOptions extends BucketSettings {
  /** A folder of this machine through which content passes on its way; made when the first artifact is stored. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Whole ms that an artifact lives when its put says nothing else. */
  readonly ttlMs?: number;
}

/** Artifacts in a bucket, which machines that share nothing else may share. Opening it asks nothing of the server. */
export function s3Artifacts({ folder, clock, ttlMs = defaultTtlMs, ...settings }: S3ArtifactsOptions): Artifacts {
  const store = { bucket: openBucket(settings), clock, incoming: { root: resolve(folder), clock } };
  return {
    put: async (content, options = {}) => await put(store, content, options.ttlMs ?? ttlMs),
    read: async (reference) => await read(store, reference),
    stream: (reference) => stream(store, reference),
    extend: async (reference, extensionMs) => await extend(store, reference, extensionMs),
    collect: async () => await collect(store),
  };
}
