import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * What a layer is, beside what is in it. Paths in it are relative to its `tree`, which holds exactly what appears in a checkout.
 * `unshared` stands for a layer that was made and cannot serve any checkout but the one it was made in.
 */
const layerRecord = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('shared'),
    /** The files and folders that were installed. */
    outputs: z.array(z.string()),
    /** The paths by which the folder was known in which it was installed. */
    from: z.array(z.string()),
    /** What of a world's folder stands in the place of that one. */
    to: z.enum(['root', 'tree']),
    /** Text files and links that name that folder. */
    files: z.array(z.string()),
    links: z.array(z.string()),
  }),
  z.object({ kind: z.literal('unshared'), reason: z.string() }),
]);

export type LayerRecord = z.infer<typeof layerRecord>;

/** Of a layer's folder: what is stacked under a checkout. */
export function layerTree(path: string): string {
  return join(path, 'tree');
}

export async function writeLayerRecord(path: string, record: LayerRecord): Promise<void> {
  await writeFile(join(path, 'layer.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** @returns undefined when there is no layer that can be read, for instance because it was just thrown away. */
export async function readLayerRecord(path: string): Promise<LayerRecord | undefined> {
  const text = await readFile(join(path, 'layer.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return text === undefined ? undefined : layerRecord.parse(JSON.parse(text));
}
