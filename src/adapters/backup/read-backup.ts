import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { backupManifestSchema } from '../../domain/backup.ts';
import type { BackupManifest } from '../../domain/backup.ts';
import { Failure } from '../../domain/failure.ts';
import { newestSchemas } from '../store/transfer/move.ts';
import { inBackup } from './layout.ts';

/** What a backup says of itself. @throws Failure (configuration) for a folder that is none, or one of a newer version. */
export async function readManifest(from: string): Promise<BackupManifest> {
  const text = await readFile(join(from, inBackup.manifest), 'utf8').catch(async (cause: NodeJS.ErrnoException) => {
    throw noBackup(from, await whyNotThere(from, cause), cause);
  });
  const read = backupManifestSchema.safeParse(asJson(text));
  if (!read.success) throw noBackup(from, whyUnread(asJson(text)));
  refuseNewer(from, read.data);
  return read.data;
}

/** @throws Failure (configuration) for a backup that is not as it was made. @param why a clause. */
export function damagedBackup(from: string, why: string): Failure {
  return new Failure(
    'configuration',
    {
      what: `The backup ${from} is not as it was made; nothing was restored.`,
      why: `${why}.`,
      fix: 'Take an older one, or a copy of this one from elsewhere.',
    },
    { facts: { from } },
  );
}

function refuseNewer(from: string, { schemas, version }: BackupManifest): void {
  for (const [schema, known] of Object.entries(newestSchemas())) {
    const found = schemas[schema] ?? 0;
    if (found <= known) continue;
    throw new Failure(
      'configuration',
      {
        what: `The backup ${from} was made by a newer version, ${version}.`,
        why: `Its schema ${schema} is number ${found}; this version knows up to ${known}.`,
        fix: 'Restore it with that version or a later one.',
      },
      { facts: { from, version, schema, found, known } },
    );
  }
}

async function whyNotThere(from: string, { code, message }: NodeJS.ErrnoException): Promise<string> {
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return `The system says: ${message}`;
  const found = await stat(from).catch(() => undefined);
  if (found === undefined) return 'There is no such folder';
  return found.isDirectory() ? 'It has no manifest.json' : 'It is no folder';
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whyUnread(value: unknown): string {
  const isOurs = typeof value === 'object' && value !== null && 'format' in value && value.format === 'miyabi-backup';
  return isOurs ? 'Its manifest.json was written by a newer version, or changed' : 'Its manifest.json is not one of ours';
}

function noBackup(from: string, why: string, cause?: unknown): Failure {
  return new Failure(
    'configuration',
    { what: `${from} is no backup that can be restored.`, why: `${why}.`, fix: 'Name a folder that `miyabi backup` has made.' },
    { facts: { from }, ...(cause === undefined ? {} : { cause }) },
  );
}
