import { mkdir, rename, stat } from 'node:fs/promises';
import type { ArtifactContent, StoredArtifact } from '../../ports/artifacts.ts';
import { makeFolder, syncFolder } from './folders.ts';
import { expiriesIn, fileOf, foldersOf, looks } from './layout.ts';
import type { Store } from './layout.ts';
import { onDisk, unless } from './on-disk.ts';
import { discard, receive } from './receive.ts';
import type { Received } from './receive.ts';
import { referenceTo } from './reference.ts';
import { removeFile } from './remove-file.ts';
import { checkTtl } from './time-to-live.ts';

/** See {@link Artifacts.put}. */
export async function put(store: Store, content: ArtifactContent, ttlMs: number): Promise<StoredArtifact> {
  checkTtl(ttlMs, store.clock.now());
  const received = await receive(store, content);
  try {
    const expiresAt = await onDisk(store.root, 'written', () => publish(store, received, store.clock.now() + ttlMs));
    return { reference: referenceTo(received.digest), bytes: received.bytes, expiresAt };
  } catch (error) {
    await discard(received.path);
    throw error;
  }
}

/**
 * Gives the file its name, the latest of all that the artifact has. A file under a name that has not expired is removed by nobody but
 * someone who saw a later one, so nothing need be checked afterwards.
 */
async function publish(store: Store, received: Received, wanted: number): Promise<number> {
  const folders = foldersOf(store, received.digest);
  const [, shelf, folder] = folders;
  await makeFolder(shelf);
  for (let look = 0; ; look += 1) {
    // Not with everything above it: that fails when a collector takes away a folder which it has just seen.
    await unless(['EEXIST'], mkdir(folder, { mode: 0o700 }));
    const others = await expiriesIn(folder);
    const expiry = Math.max(wanted, ...others);
    const renamed = rename(received.path, fileOf(folder, expiry)).then(() => true);
    if (!(await unless(look < looks ? ['ENOENT'] : [], renamed))) {
      // A collector took the empty folder away in between, unless it is the file that is gone.
      await stat(received.path);
      continue;
    }
    // Also the outer ones: another process may have made them and not have come to this yet.
    for (const each of folders.toReversed()) await syncFolder(each);
    for (const other of others) if (other < expiry) await removeFile(fileOf(folder, other));
    return expiry;
  }
}
