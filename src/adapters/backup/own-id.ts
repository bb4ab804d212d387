import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../domain/failure.ts';
import { writeDurably } from './durable.ts';

/**
 * What tells the backups of a state folder from those of another that are kept beside them. A file of its own that no backup holds: whoever restores one
 * elsewhere is another from then on. Not the name of the machine, which a container changes with every start.
 *
 * @returns undefined for a folder of which there has been no backup. @throws Failure (configuration) where it cannot be read.
 */
export async function ownId(root: string): Promise<string | undefined> {
  const text = await readFile(fileOf(root), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw refused(root, 'read', error);
  });
  // Whatever else somebody has written there could not be part of a name.
  return text !== undefined && /^[\w-]+$/.test(text) ? text : undefined;
}

/** The same, and makes one where there is none. Under the lock of backups. @throws Failure (configuration) */
export async function ensureOwnId(root: string): Promise<string> {
  const there = await ownId(root);
  if (there !== undefined) return there;
  const made = randomUUID();
  await writeDurably(fileOf(root), made).catch((error: unknown) => {
    throw refused(root, 'written', error);
  });
  return made;
}

function fileOf(root: string): string {
  return join(root, 'backup-id');
}

function refused(root: string, how: 'read' | 'written', cause: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `${fileOf(root)}, which says whose a backup is, cannot be ${how}.`,
      why: `The system says: ${cause instanceof Error ? cause.message : String(cause)}.`,
      fix: 'Make room for it, or let the user of the service read and write it.',
    },
    { facts: { path: fileOf(root) }, cause },
  );
}
