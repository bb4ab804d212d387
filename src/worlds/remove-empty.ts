import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Removes the folders above `path`, as long as they are empty, up to and without `stop`. */
export async function removeEmptyAbove(path: string, stop: string): Promise<void> {
  for (let folder = dirname(path); folder.startsWith(`${stop}/`); folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
