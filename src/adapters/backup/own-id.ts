import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable.ts';

/**
 * What tells the backups of a state folder from those of another that are kept beside them. A file of its own that no backup holds: whoever restores one
 * elsewhere is another from then on. Not the name of the machine, which a container changes with every start.
 *
 * @returns undefined for a folder of which there has been no backup.
 */
export async function ownId(root: string): Promise<string | undefined> {
  return await readFile(fileOf(root), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
}

/** The same, and makes one where there is none. Under the lock of backups. */
export async function ensureOwnId(root: string): Promise<string> {
  const there = await ownId(root);
  if (there !== undefined) return there;
  const made = randomUUID();
  await writeDurably(fileOf(root), made);
  return made;
}

function fileOf(root: string): string {
  return join(root, 'backup-id');
}
