import { resolve } from 'node:path';
import type { Artifacts } from '../../ports/artifacts.ts';
import type { Clock } from '../../ports/clock.ts';
import { collect } from './collect.ts';
import { extend } from './extend.ts';
import { put } from './put.ts';
import { read, stream } from './stream.ts';
import { defaultTtlMs } from './time-to-live.ts';

export interface FolderArtifactsOptions {
  /** Made when the first artifact is stored; on one file system. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Whole ms that an artifact lives when its put says nothing else. */
  readonly ttlMs?: number;
}

/** Artifacts in a local folder, which several processes may share. Opening it touches nothing. */
export function folderArtifacts({ folder, clock, ttlMs = defaultTtlMs }: FolderArtifactsOptions): Artifacts {
  const store = { root: resolve(folder), clock };
  return {
    put: (content, options = {}) => put(store, content, options.ttlMs ?? ttlMs),
    read: (reference) => read(store, reference),
    stream: (reference) => stream(store, reference),
    extend: (reference, extensionMs) => extend(store, reference, extensionMs),
    collect: () => collect(store),
  };
}
