import type { Clock } from '../../../ports/clock.ts';
import type { Store } from '../layout.ts';
import type { Bucket, S3Object } from './bucket.ts';

/**
 * The store in a bucket: `objects/<digest>.<expiry>`, each object the whole content, its name the hash of it and the epoch ms at which it expires.
 * An object store cannot rename and has no lock, so nobody ever removes an object that has not expired but someone who saw a later one of the
 * same content: whatever several machines do at the same time, the latest one stays to its end.
 */
export interface S3Store {
  readonly bucket: Bucket;
  readonly clock: Pick<Clock, 'now'>;
  /** Where content lies on this machine while its hash is not known yet. */
  readonly incoming: Store;
}

/** Before the names of all objects. */
export const objectsPrefix = 'objects/';

export interface StoredObject extends S3Object {
  readonly digest: string;
  readonly expiry: number;
}

export function keyOf(digest: string, expiry: number): string {
  return `${objectsPrefix}${digest}.${expiry}`;
}

/** @returns undefined for an object that bears no name of ours. */
export function asStored(object: S3Object): StoredObject | undefined {
  const [, digest, text] = /^objects\/([0-9a-f]{64})\.(0|[1-9]\d{0,15})$/.exec(object.key) ?? [];
  const expiry = Number(text);
  return digest === undefined || !Number.isSafeInteger(expiry) ? undefined : { ...object, digest, expiry };
}

/** The objects with one content, the one that expires last first. */
export async function objectsOf({ bucket }: S3Store, digest: string): Promise<readonly StoredObject[]> {
  const found = await Array.fromAsync(bucket.list(`${objectsPrefix}${digest}.`));
  return found.flatMap((object) => asStored(object) ?? []).toSorted((one, other) => other.expiry - one.expiry);
}

/** How often a step that came second looks again: each time somebody else got on. */
export const looks = 100;
