import type { StoredArtifact } from '../../../ports/artifacts.ts';
import { digestIn } from '../reference.ts';
import { checkTtl } from '../time-to-live.ts';
import type { S3Store } from './objects.ts';
import { keyOf, looks, objectsOf } from './objects.ts';

/** See {@link Artifacts.extend}. */
export async function extend(store: S3Store, reference: string, ttlMs: number): Promise<StoredArtifact | undefined> {
  const digest = digestIn(reference);
  const now = store.clock.now();
  checkTtl(ttlMs, now);
  for (let look = 0; look < looks; look += 1) {
    const objects = await objectsOf(store, digest);
    const [latest] = objects;
    if (latest === undefined) return undefined;
    const later = Math.max(latest.expiry, now + ttlMs);
    // It may have been collected, or extended by somebody else, since it was looked at.
    if (later > latest.expiry && !(await store.bucket.copy(latest.key, keyOf(digest, later)))) continue;
    for (const object of objects) if (object.expiry < later) await store.bucket.delete(object.key);
    return { reference, bytes: latest.bytes, expiresAt: later };
  }
  throw new Error(`${reference} was taken away as often as it was found`);
}
