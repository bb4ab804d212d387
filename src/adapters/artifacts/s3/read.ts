import { digestIn } from '../reference.ts';
import { missing, verified } from '../verified.ts';
import type { S3Store } from './objects.ts';
import { looks, objectsOf } from './objects.ts';

/** See {@link Artifacts.stream}. */
export async function* stream(store: S3Store, reference: string): AsyncIterable<Uint8Array> {
  const digest = digestIn(reference);
  const pieces = await piecesOf(store, digest);
  if (pieces === undefined) throw missing(reference);
  yield* verified(digest, pieces);
}

/** See {@link Artifacts.read}. */
export async function read(store: S3Store, reference: string): Promise<Uint8Array | undefined> {
  const digest = digestIn(reference);
  const pieces = await piecesOf(store, digest);
  return pieces === undefined ? undefined : Buffer.concat(await Array.fromAsync(verified(digest, pieces)));
}

async function piecesOf(store: S3Store, digest: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  for (let look = 0; look < looks; look += 1) {
    const [latest] = await objectsOf(store, digest);
    if (latest === undefined) return undefined;
    const pieces = await store.bucket.get(latest.key);
    if (pieces !== undefined) return pieces;
  }
  throw new Error(`sha256:${digest} was taken away as often as it was found`);
}
