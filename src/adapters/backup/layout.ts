import { join } from 'node:path';

/** What lies in a backup, relative to its folder. */
export const inBackup = { manifest: 'manifest.json', database: 'miyabi.db', mirrors: 'mirrors' } as const;

/** Folders of the state folder that are copied file by file; of `artifacts` not what is on its way in. */
export const copiedFolders = ['artifacts', 'daily', 'releases'] as const;

/** What lies in a state folder and is replaced by a restore, or belongs to what is replaced: it goes aside together. */
export const replacedNames = [
  ...['miyabi.db', 'knowledge.db', 'knowledge-vectors.db'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`, `${name}-journal`]),
  ...copiedFolders,
  'mirrors',
  'worlds',
  'bases',
  'pool',
] as const;

/** Where a backup of a state folder lies until it is whole: what others are making at the same place has other names. @param of the id of the state folder. */
export function makingOf(to: string, of: string): string {
  return `${to}.${of}.making`;
}

/** The lock under which somebody makes a backup, or restores one. */
export const backupLock = 'backup';
export const restoreLock = 'restore';

/** What is to be done to finish a restore that has begun to switch; see `switch-folders.ts`. */
export function journalOf(root: string): string {
  return join(root, 'restore.json');
}
