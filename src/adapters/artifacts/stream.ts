import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { expiriesIn, fileOf, foldersOf, looks } from './layout.ts';
import type { Store } from './layout.ts';
import { onDisk, unless } from './on-disk.ts';
import { digestIn } from './reference.ts';
import { missing, verified } from './verified.ts';

/** See {@link Artifacts.stream}. */
export async function* stream(store: Store, reference: string): AsyncIterable<Uint8Array> {
  const digest = digestIn(reference);
  const file = await openArtifact(store, digest);
  if (file === undefined) throw missing(reference);
  yield* verified(digest, piecesOf(store, file));
}

/** See {@link Artifacts.read}. */
export async function read(store: Store, reference: string): Promise<Uint8Array | undefined> {
  const digest = digestIn(reference);
  const file = await openArtifact(store, digest);
  if (file === undefined) return undefined;
  return Buffer.concat(await Array.fromAsync(verified(digest, piecesOf(store, file))));
}

/** Once open it can be read to its end, whatever happens to its name. */
function openArtifact(store: Store, digest: string): Promise<FileHandle | undefined> {
  const [, , folder] = foldersOf(store, digest);
  return onDisk(store.root, 'read', async () => {
    for (let look = 0; ; look += 1) {
      const [expiry] = await expiriesIn(folder);
      if (expiry === undefined) return undefined;
      const file = await unless(look < looks ? ['ENOENT'] : [], open(fileOf(folder, expiry), 'r'));
      if (file !== undefined) return file;
    }
  });
}

const pieceBytes = 256 * 1024;

/** Closes the file in the end. */
async function* piecesOf(store: Store, handle: FileHandle): AsyncIterable<Uint8Array> {
  await using file = handle;
  for (;;) {
    const { buffer, bytesRead } = await onDisk(store.root, 'read', () => file.read(Buffer.allocUnsafe(pieceBytes)));
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
