import { readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectedArtifacts } from '../../ports/artifacts.ts';
import { expiriesIn, fileOf, incomingFolder } from './layout.ts';
import type { Store } from './layout.ts';
import { onDisk, unless } from './on-disk.ts';
import { removeFile } from './remove-file.ts';

/** A writer that wrote nothing for this long is dead. */
const silenceMs = 24 * 60 * 60 * 1000;

/** See {@link Artifacts.collect}. Leaves alone what does not bear a name of ours. */
export function collect(store: Store): Promise<CollectedArtifacts> {
  return onDisk(store.root, 'written', async () => {
    const now = store.clock.now();
    let removed = 0;
    let bytes = await collectIncoming(incomingFolder(store), now);
    for await (const folder of artifactFolders(store)) {
      const freed = await collectArtifact(folder, now);
      if (freed.gone) removed += 1;
      bytes += freed.bytes;
    }
    return { removed, bytes };
  });
}

async function* artifactFolders(store: Store): AsyncIterable<string> {
  for (const shelf of await namesIn(store.root, /^[0-9a-f]{2}$/)) {
    const path = join(store.root, shelf);
    for (const rest of await namesIn(path, /^[0-9a-f]{62}$/)) yield join(path, rest);
  }
}

async function collectArtifact(folder: string, now: number): Promise<{ readonly gone: boolean; readonly bytes: number }> {
  const expiries = await expiriesIn(folder);
  const [latest = 0] = expiries;
  let bytes = 0;
  let gone = false;
  // One that has been superseded protects nothing, even before its time: the later one is there or was replaced by one still later.
  for (const expiry of expiries.filter((each) => each <= now || each < latest)) {
    const freed = await removeFile(fileOf(folder, expiry));
    bytes += freed ?? 0;
    if (expiry === latest && freed !== undefined) gone = true;
  }
  if (latest <= now) await unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], rmdir(folder));
  return { gone, bytes };
}

/** What dead writers left where content is written while its hash is not known yet. @returns its bytes. */
export async function collectIncoming(folder: string, now: number): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(folder, /^[0-9a-f-]{36}$/)) {
    const path = join(folder, name);
    const found = await unless(['ENOENT'], stat(path));
    if (found !== undefined && found.mtimeMs < now - silenceMs) bytes += (await removeFile(path)) ?? 0;
  }
  return bytes;
}

async function namesIn(folder: string, ours: RegExp): Promise<readonly string[]> {
  return ((await unless(['ENOENT'], readdir(folder))) ?? []).filter((name) => ours.test(name));
}
