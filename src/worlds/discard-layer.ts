import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** As {@link discardLayer}, for a path that may be something else, which is left as it is. */
export async function discardIfLayer(layers: string, path: string): Promise<void> {
  if (dirname(path) === layers) await discardLayer(path);
}

/**
 * Takes a layer out of use at once; the next checkout that needs it installs it anew. Checkouts that rest on it go on to do so:
 * it lies aside until `collectLayers` removes it.
 * @returns where; undefined when there is no such layer.
 */
export async function discardLayer(path: string): Promise<string | undefined> {
  const aside = `${path}.${randomUUID()}.discarded`;
  try {
    await rename(path, aside);
    return aside;
  } catch (error) {
    // Two worlds that saw the same change: the first has done it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
