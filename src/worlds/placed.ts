import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { WorldFolder } from '../domain/state-folder.ts';

const pathsSchema = z.array(z.string());

/** Notes in a world's private folder what was put into its checkout and is no change of its agent's, for whoever finds it without its process. */
export async function notePlaced(folder: Pick<WorldFolder, 'private'>, placed: readonly string[]): Promise<void> {
  await writeFile(join(folder.private, 'placed.json'), JSON.stringify(placed));
}

/** @returns nothing for a world that had not come so far. */
export async function notedPlaced(folder: Pick<WorldFolder, 'private'>): Promise<readonly string[]> {
  const text = await readFile(join(folder.private, 'placed.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return pathsSchema.parse(JSON.parse(text));
}
