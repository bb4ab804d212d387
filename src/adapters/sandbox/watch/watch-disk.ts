import type { Clock } from '../../../ports/clock.ts';
import { heldByDeleted } from './deleted-files.ts';
import { measureDisk } from './disk-use.ts';
import { watchFreeSpace } from './free-space.ts';
import { withoutOverlayMounts } from './written-folders.ts';

export interface DiskLimits {
  readonly bytes: number;
  readonly files: number;
}

export interface DiskWatch {
  /** Cheap unless the disk has become much fuller: then it counts, with pauses. @returns what is too much, in words. */
  check(): Promise<string | undefined>;
}

/** After how long is counted at the earliest even though the disk has not become fuller: somebody else may have made room. In ms. */
const anywayMs = 5_000;
/** Counting for that reason takes at most one part in so many of the time. */
const anywayFactor = 200;
/** Counting takes at most one part in so many of the time. */
const restFactor = 5;
/** By how much the times of files lag behind the clock, in ms: they are those of the kernel's last tick. */
const tickMs = 10;

/**
 * Tells when more was written below some folders than may be. Free space is asked for first, which costs nothing; files are
 * counted only once it has gone down by half of what the world has left.
 *
 * @param given existing ones; for an overlay its upper folder, whether or not where it is mounted is among them too.
 * @param processIds of the world, which may hold removed files.
 */
export function watchDisk(
  given: readonly string[],
  limits: DiskLimits,
  clock: Clock,
  processIds: () => readonly number[],
  stop: AbortSignal,
): DiskWatch {
  const folders = withoutOverlayMounts(given);
  const since = clock.now() - tickMs;
  const free = watchFreeSpace(folders);
  let left = limits;
  let restUntil = clock.monotonic();
  let anywayAt = restUntil + anywayMs;

  function isDue(now: number): boolean {
    if (now < restUntil) return false;
    const gone = free.gone();
    return gone.bytes > left.bytes / 2 || gone.files > left.files / 2 || now > anywayAt;
  }

  return {
    async check() {
      const begin = clock.monotonic();
      if (!isDue(begin)) return undefined;
      free.mark();
      const use = await measureDisk(folders, since, limits, stop);
      if (stop.aborted) return undefined;
      const bytes = use.bytes + heldByDeleted(processIds());
      const end = clock.monotonic();
      restUntil = end + restFactor * (end - begin);
      anywayAt = end + Math.max(anywayMs, anywayFactor * (end - begin));
      // Never less than a little: near its limit a world is not counted without end.
      left = { bytes: Math.max(limits.bytes - bytes, limits.bytes / 50), files: Math.max(limits.files - use.files, limits.files / 50) };
      if (use.unreadable !== undefined) return 'made folders so deep that what they hold cannot be counted';
      if (bytes > limits.bytes) return `wrote more than ${megabytes(limits.bytes)}`;
      return use.files > limits.files ? `made or changed more than ${limits.files} files` : undefined;
    },
  };
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
