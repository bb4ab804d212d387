import { Failure } from '../../../domain/failure.ts';
import type { ArtifactContent, StoredArtifact } from '../../../ports/artifacts.ts';
import { discard, receive } from '../receive.ts';
import { referenceTo } from '../reference.ts';
import { checkTtl } from '../time-to-live.ts';
import type { S3Store } from './objects.ts';
import { keyOf, objectsOf } from './objects.ts';

/** What an object store takes in one piece, in bytes. */
const mostBytes = 5 * 1024 ** 3;

/** See {@link Artifacts.put}. The content passes through a file of this machine, for an object has the name of its hash. */
export async function put(store: S3Store, content: ArtifactContent, ttlMs: number): Promise<StoredArtifact> {
  checkTtl(ttlMs, store.clock.now());
  const received = await receive(store.incoming, content);
  try {
    const { digest, bytes } = received;
    if (bytes > mostBytes) throw tooLarge(bytes);
    const others = await objectsOf(store, digest);
    const expiry = Math.max(store.clock.now() + ttlMs, ...others.map((other) => other.expiry));
    await store.bucket.put(keyOf(digest, expiry), received);
    for (const other of others) if (other.expiry < expiry) await store.bucket.delete(other.key);
    return { reference: referenceTo(digest), bytes, expiresAt: expiry };
  } finally {
    await discard(received.path);
  }
}

function tooLarge(bytes: number): Failure {
  return new Failure(
    'configuration',
    {
      what: `A value of ${Math.ceil(bytes / 1_000_000)} MB cannot be stored.`,
      why: `An object store takes at most ${Math.floor(mostBytes / 1_000_000)} MB in one piece.`,
      fix: 'Keep such values in a folder (`artifacts.store`), or make them smaller.',
    },
    { facts: { bytes } },
  );
}
