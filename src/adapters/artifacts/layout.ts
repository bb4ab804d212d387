import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import { unless } from './on-disk.ts';

/**
 * The store on disk: `ab/cdef.../<expiry>`, the folder named for the hash of the content, the file for the epoch ms at which it expires. The
 * name is the only record of the expiry, so that none can disagree, and each step that changes one (rename to a later name, unlink of an
 * expired one) is a single atomic operation of the file system that names the expiry it saw: whoever comes second gets ENOENT and looks again.
 * A moment may leave several names; the latest counts, the others are left for whoever passes.
 */
export interface Store {
  /** Absolute. */
  readonly root: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Where content is written while its hash is not known yet. */
export function incomingFolder(store: Store): string {
  return join(store.root, 'incoming');
}

/** The folders that lead to an artifact, the innermost last. */
export function foldersOf(store: Store, digest: string): readonly [string, string, string] {
  const shelf = join(store.root, digest.slice(0, 2));
  return [store.root, shelf, join(shelf, digest.slice(2))];
}

/** How often a step that came second looks again. Each time somebody else got on, so that the end is never reached by rivalry alone. */
export const looks = 1000;

/** The expiries under which an artifact lies, the latest first; none when there is no such artifact. */
export async function expiriesIn(folder: string): Promise<readonly number[]> {
  const names = (await unless(['ENOENT'], readdir(folder))) ?? [];
  return names
    .filter((name) => /^(0|[1-9]\d{0,15})$/.test(name))
    .map(Number)
    .filter(Number.isSafeInteger)
    .sort((a, b) => b - a);
}

export function fileOf(folder: string, expiry: number): string {
  return join(folder, String(expiry));
}
