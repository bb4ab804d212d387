import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The names in a folder are still there after a power cut. */
export async function syncFolder(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

/** A file that is there as a whole or as it was before, also after a power cut; for its owner alone. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  {
    await using handle = await open(part, 'w', 0o600);
    await handle.writeFile(text);
    await handle.sync();
  }
  await rename(part, path);
  await syncFolder(dirname(path));
}
