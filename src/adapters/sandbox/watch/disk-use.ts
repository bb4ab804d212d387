import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface DiskUse {
  /** Blocks of the files that were made or changed. */
  readonly bytes: number;
  /** How many files and folders these are. */
  readonly files: number;
  /** A folder so deep that it cannot be looked into. */
  readonly unreadable?: string;
}

/** How long is counted at a time before others get their turn, and how long they get, in ms. */
const sliceMs = 4;
const pauseMs = 12;

/**
 * Counts what was made or changed below the folders since a point in time, by when their files were last changed: also a file
 * that was only renamed counts as a whole. Symbolic links are not followed. Stops early once more than `enough` is found.
 *
 * @param since epoch ms.
 */
export async function measureDisk(
  folders: readonly string[],
  since: number,
  enough: { readonly bytes: number; readonly files: number },
  stop: AbortSignal,
): Promise<DiskUse> {
  const open = [...folders];
  /** Files of several names, so that each counts once. */
  const linked = new Set<string>();
  let [bytes, files] = [0, 0];
  let sliceEnd = performance.now() + sliceMs;
  for (let folder = open.pop(); folder !== undefined && !stop.aborted; folder = open.pop()) {
    const names = entriesOf(folder);
    if (names === 'too-deep') return { bytes, files, unreadable: folder };
    for (const name of names) {
      if (performance.now() > sliceEnd) {
        await pause(stop);
        sliceEnd = performance.now() + sliceMs;
      }
      const path = join(folder, name);
      const stats = statOf(path);
      if (stats === undefined) continue;
      if (stats === 'too-deep') return { bytes, files, unreadable: folder };
      if (stats.isDirectory()) open.push(path);
      if (stats.ctimeMs < since) continue;
      if (stats.nlink > 1 && !stats.isDirectory()) {
        const file = `${stats.dev} ${stats.ino}`;
        if (linked.has(file)) continue;
        linked.add(file);
      }
      bytes += stats.blocks * 512;
      files += 1;
      if (bytes > enough.bytes || files > enough.files) return { bytes, files };
    }
  }
  return { bytes, files };
}

/** Over at once when nobody wants to know any more; keeps no program alive. */
async function pause(stop: AbortSignal): Promise<void> {
  try {
    await wait(pauseMs, undefined, { ref: false, signal: stop });
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

function entriesOf(folder: string): readonly string[] | 'too-deep' {
  try {
    return readdirSync(folder);
  } catch (error) {
    return isTooDeep(error) ? 'too-deep' : [];
  }
}

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return isTooDeep(error) ? 'too-deep' : undefined;
  }
}

function isTooDeep(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG';
}
