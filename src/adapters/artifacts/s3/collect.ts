import type { CollectedArtifacts } from '../../../ports/artifacts.ts';
import { collectIncoming } from '../collect.ts';
import { incomingFolder } from '../layout.ts';
import type { S3Store, StoredObject } from './objects.ts';
import { asStored, objectsPrefix } from './objects.ts';

/** Deletions under way at the same time. */
const width = 16;

/** See {@link Artifacts.collect}. Any machine may collect, several at once too. Leaves alone what does not bear a name of ours. */
export async function collect(store: S3Store): Promise<CollectedArtifacts> {
  const now = store.clock.now();
  let removed = 0;
  let bytes = await collectIncoming(incomingFolder(store.incoming), now);
  let waiting: StoredObject[] = [];
  const take = async (): Promise<void> => {
    await Promise.all(waiting.map(async ({ key }) => await store.bucket.delete(key)));
    bytes += waiting.reduce((sum, object) => sum + object.bytes, 0);
    waiting = [];
  };
  for await (const objects of byContent(store)) {
    const latest = Math.max(...objects.map(({ expiry }) => expiry));
    // One that has been superseded protects nothing, even before its time.
    waiting.push(...objects.filter(({ expiry }) => expiry <= now || expiry < latest));
    if (latest <= now) removed += 1;
    if (waiting.length >= width) await take();
  }
  await take();
  return { removed, bytes };
}

/** Names come in their order, so all of one content follow each other. */
async function* byContent({ bucket }: S3Store): AsyncIterable<readonly StoredObject[]> {
  let group: StoredObject[] = [];
  for await (const object of bucket.list(objectsPrefix)) {
    const stored = asStored(object);
    if (stored === undefined) continue;
    if (group[0] !== undefined && group[0].digest !== stored.digest) {
      yield group;
      group = [];
    }
    group.push(stored);
  }
  if (group.length > 0) yield group;
}
