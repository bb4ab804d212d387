import { rename, stat } from 'node:fs/promises';
import type { StoredArtifact } from '../../ports/artifacts.ts';
import { syncFolder } from './folders.ts';
import { expiriesIn, fileOf, foldersOf, looks } from './layout.ts';
import type { Store } from './layout.ts';
import { onDisk, unless } from './on-disk.ts';
import { digestIn } from './reference.ts';
import { checkTtl } from './time-to-live.ts';

/** See {@link Artifacts.extend}. */
export async function extend(store: Store, reference: string, ttlMs: number): Promise<StoredArtifact | undefined> {
  const [, , folder] = foldersOf(store, digestIn(reference));
  const now = store.clock.now();
  checkTtl(ttlMs, now);
  return onDisk(store.root, 'written', async () => {
    for (let look = 0; ; look += 1) {
      const [expiry] = await expiriesIn(folder);
      if (expiry === undefined) return undefined;
      const later = Math.max(expiry, now + ttlMs);
      // Either may find that it was collected, or extended by somebody else.
      const bytes = await unless(look < looks ? ['ENOENT'] : [], renewed(fileOf(folder, expiry), fileOf(folder, later)));
      if (bytes === undefined) continue;
      if (later > expiry) await syncFolder(folder);
      return { reference, bytes, expiresAt: later };
    }
  });
}

/** @returns its bytes. */
async function renewed(path: string, later: string): Promise<number> {
  const { size } = await stat(path);
  if (later !== path) await rename(path, later);
  return size;
}
