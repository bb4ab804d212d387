import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { entryPoint } from '../../domain/entry-point.ts';
import type { BackedUpFile, BackupManifest } from '../../domain/backup.ts';

/** What a copied database was found to be. */
export interface LookedThrough extends Omit<BackedUpFile, 'path'> {
  /** What SQLite says of its pages and indexes: `ok`, or what is wrong. */
  readonly integrity: string;
  readonly tables: BackupManifest['tables'];
  readonly schemas: BackupManifest['schemas'];
}

/**
 * Makes a copy of a database, which nobody else has open, one that stands alone, and looks at every page of it. In a thread: whoever makes a backup goes on with
 * its work meanwhile.
 */
export async function lookThrough(path: string): Promise<LookedThrough> {
  const thread = new Worker(entryPoint(import.meta.url, './look-through-thread'), { workerData: path, execArgv: [] });
  try {
    const [found] = (await once(thread, 'message')) as [LookedThrough];
    return found;
  } finally {
    await thread.terminate();
  }
}
