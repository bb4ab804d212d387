import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactContent } from '../../ports/artifacts.ts';
import { makeFolder } from './folders.ts';
import { incomingFolder } from './layout.ts';
import type { Store } from './layout.ts';
import { onDisk } from './on-disk.ts';

/** Content that is safely on disk under a name of its own. */
export interface Received {
  readonly path: string;
  readonly digest: string;
  readonly bytes: number;
}

/** Writes the content to a new file and hashes it on the way. Leaves nothing when it fails. */
export async function receive(store: Store, content: ArtifactContent): Promise<Received> {
  const path = join(incomingFolder(store), randomUUID());
  const handle = await onDisk(store.root, 'written', async () => {
    await makeFolder(incomingFolder(store));
    return open(path, 'wx', 0o400);
  });
  try {
    await using file = handle;
    return { path, ...(await write(store, file, content)) };
  } catch (error) {
    await discard(path);
    throw error;
  }
}

/** Takes away what is not going to be an artifact. What resists is no reason to hide why it is given up: the collector takes it later. */
export async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

async function write(store: Store, file: FileHandle, content: ArtifactContent): Promise<Omit<Received, 'path'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesOf(content)) {
    hash.update(piece);
    await onDisk(store.root, 'written', () => file.writeFile(piece));
    bytes += piece.byteLength;
  }
  await onDisk(store.root, 'written', () => file.sync());
  return { digest: hash.digest('hex'), bytes };
}

/** Hashing is synchronous; nothing else of the process waits for more than a piece of this size. */
const pieceBytes = 1024 * 1024;

async function* piecesOf(content: ArtifactContent): AsyncIterable<Uint8Array> {
  const chunks = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  for await (const chunk of chunks) {
    const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let start = 0; start < data.byteLength; start += pieceBytes) yield data.subarray(start, start + pieceBytes);
  }
}
