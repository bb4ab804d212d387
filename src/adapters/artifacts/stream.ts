import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';
import { expiriesIn, fileOf, foldersOf, looks } from './layout.ts';
import type { Store } from './layout.ts';
import { onDisk, unless } from './on-disk.ts';
import { digestIn, referenceTo } from './reference.ts';

/** See {@link Artifacts.stream}. */
export async function* stream(store: Store, reference: string): AsyncIterable<Uint8Array> {
  const digest = digestIn(reference);
  const file = await openArtifact(store, digest);
  if (file === undefined) throw missing(reference);
  yield* verified(store, file, digest);
}

/** See {@link Artifacts.read}. */
export async function read(store: Store, reference: string): Promise<Uint8Array | undefined> {
  const digest = digestIn(reference);
  const file = await openArtifact(store, digest);
  if (file === undefined) return undefined;
  return Buffer.concat(await Array.fromAsync(verified(store, file, digest)));
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
async function* verified(store: Store, handle: FileHandle, digest: string): AsyncIterable<Uint8Array> {
  await using file = handle;
  const hash = createHash('sha256');
  for (;;) {
    const { buffer, bytesRead } = await onDisk(store.root, 'read', () => file.read(Buffer.allocUnsafe(pieceBytes)));
    if (bytesRead === 0) break;
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    yield piece;
  }
  const found = hash.digest('hex');
  if (found !== digest) throw damaged(digest, found);
}

function missing(reference: string): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `There is no artifact ${reference}.`,
      why: 'It has expired and was collected, or it was never stored here.',
      fix: 'Run what made it again, or store it with a longer time to live.',
    },
    { facts: { reference } },
  );
}

function damaged(digest: string, found: string): Failure {
  return new Failure(
    'failed',
    {
      what: `The artifact ${referenceTo(digest)} is damaged.`,
      why: `What is stored under that name has the hash ${referenceTo(found)}: something changed it after it was stored.`,
      fix: 'Run what made it again, which stores it afresh; if that happens more than once, check the disk.',
    },
    { facts: { reference: referenceTo(digest), found: referenceTo(found) } },
  );
}
