import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isBackupName, surplusBackups } from '../../domain/backup.ts';
import type { BackupManifest } from '../../domain/backup.ts';
import { Failure } from '../../domain/failure.ts';
import type { Backups, KnownBackup } from '../../ports/backups.ts';
import { backupLock, inBackup, makingOf } from './layout.ts';
import { makeBackup } from './make-backup.ts';
import type { BackupContext } from './make-backup.ts';
import { ownId } from './own-id.ts';
import { readManifest } from './read-backup.ts';
import { restoreBackup } from './restore-backup.ts';

/** Backups as folders. Each holds a database that stands alone, large values under their names, and a bundle for each mirror: of use also without us. */
export function folderBackups(context: BackupContext): Backups {
  return {
    make: async (to) => await makeBackup(context, to),
    restore: async (request) => await restoreBackup(context, request),
    known: async (folder) => {
      const own = await ownOf(context, folder);
      return own.toReversed().map(({ path, manifest }): KnownBackup => ({ path, madeAt: manifest.madeAt }));
    },
    prune: async (folder, keep) => {
      await removeUnfinished(context, folder);
      const own = await ownOf(context, folder);
      const surplus = surplusBackups(
        own.map(({ path }) => basename(path)),
        keep,
      ).map((name) => join(folder, name));
      for (const path of surplus) await rm(path, { recursive: true, force: true });
      return surplus;
    },
  };
}

/** Backups of this state folder among those that lie there, the oldest first; what cannot be read is of a newer version, or was changed, and is left alone. */
async function ownOf(
  { state }: BackupContext,
  folder: string,
): Promise<ReadonlyArray<{ readonly path: string; readonly manifest: BackupManifest }>> {
  const id = await ownId(state.root);
  const found = await Promise.all(
    (await namesIn(folder)).map(async (name) => ({
      path: join(folder, name),
      manifest: await readManifest(join(folder, name)).catch(unlessFailure),
    })),
  );
  return found.flatMap(({ path, manifest }) =>
    manifest !== undefined && (manifest.of === undefined || manifest.of === id) ? [{ path, manifest }] : [],
  );
}

function unlessFailure(error: unknown): undefined {
  if (!(error instanceof Failure)) throw error;
}

/** What processes of this state folder that were killed have left of theirs; nothing while somebody makes one. */
async function removeUnfinished({ locks, state }: BackupContext, folder: string): Promise<void> {
  const held = await locks.tryAcquire(backupLock);
  if (held === undefined) return;
  try {
    const id = await ownId(state.root);
    const ending = id === undefined ? undefined : makingOf('', id);
    if (ending === undefined || !existsSync(folder)) return;
    const unfinished = (await entriesOf(folder)).filter((name) => name.endsWith(ending) && isBackupName(name.slice(0, -ending.length)));
    for (const name of unfinished) await rm(join(folder, name), { recursive: true, force: true });
  } finally {
    await held.release();
  }
}

/** The oldest first; only those that are whole. */
async function namesIn(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const names = (await entriesOf(folder)).filter(isBackupName).toSorted();
  return names.filter((name) => existsSync(join(folder, name, inBackup.manifest)));
}

/** @throws Failure (configuration) where that is no folder, or may not be looked into. */
async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new Failure(
      'configuration',
      {
        what: `What backups there are in ${folder} cannot be told.`,
        why: `The system says: ${cause instanceof Error ? cause.message : String(cause)}.`,
        fix: 'Name a folder that may be looked into as backup.folder.',
      },
      { facts: { path: folder }, cause },
    );
  }
}
