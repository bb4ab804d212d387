import { randomUUID } from 'node:crypto';
import { rename, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';

/** As {@link discardLayer}, for a path that may be something else, which is left as it is. */
export async function discardIfLayer(layers: string, path: string): Promise<void> {
  if (dirname(path) === layers) await discardLayer(path);
}

/**
 * Takes a layer out of use at once; the next checkout that needs it installs it anew. Checkouts that rest on it go on to do so:
 * it lies aside until `collectLayers` removes it.
 */
export async function discardLayer(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.discarded`;
  try {
    await rename(path, aside);
    const now = new Date();
    await utimes(aside, now, now);
  } catch (error) {
    // Two worlds that saw the same change: the first has done it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
}
