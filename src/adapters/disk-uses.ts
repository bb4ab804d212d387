import { lstat, opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { DiskPart, DiskUse, DiskUses } from '../ports/disk-use.ts';

/** For so long what was added up is told again, in ms. */
const keptMs = 60_000;
/** Nothing more is looked at of one part after so many entries. */
const mostEntries = 200_000;

/** Adds up what lies in a folder, by what stands at its top. Disposing it ends that. */
export function folderDiskUses(root: string, clock: Clock): DiskUses & AsyncDisposable {
  const over = new AbortController();
  let known: Pick<DiskUse, 'parts' | 'measuredAt'> = { parts: [], measuredAt: undefined };
  let measuring: Promise<void> | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;

  async function measure(): Promise<void> {
    try {
      const parts = await partsOf(root, over.signal);
      if (!over.signal.aborted) known = { parts, measuredAt: clock.now() };
    } catch {
      // The state folder itself is gone, or closed to us: of its size nothing is known.
      known = { parts: [], measuredAt: undefined };
    } finally {
      measuring = undefined;
    }
  }

  return {
    read: () => {
      if (measuring === undefined && clock.monotonic() - begunAt >= keptMs && !over.signal.aborted) {
        begunAt = clock.monotonic();
        measuring = measure();
      }
      return { ...known, isMeasuring: measuring !== undefined };
    },
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await measuring;
    },
  };
}

async function partsOf(root: string, signal: AbortSignal): Promise<readonly DiskPart[]> {
  const parts = new Map<string, DiskPart>();
  for (const entry of await readdir(root)) {
    const name = partOf(entry);
    const { bytes, isPartial } = await sizeOf(join(root, entry), signal);
    const before = parts.get(name);
    parts.set(name, { name, bytes: bytes + (before?.bytes ?? 0), isPartial: isPartial || before?.isPartial === true });
  }
  return [...parts.values()].toSorted((one, other) => other.bytes - one.bytes);
}

/** A database and what SQLite keeps beside it are one. */
function partOf(entry: string): string {
  const database = /^(?<name>.+)\.db(?:-wal|-shm|-journal)?$/.exec(entry)?.groups?.['name'];
  return database === undefined ? entry : `${database}.db`;
}

/** Bytes on the disk, of whatever lies below; links are not followed. What goes away meanwhile is left out. */
async function sizeOf(top: string, signal: AbortSignal): Promise<Pick<DiskPart, 'bytes' | 'isPartial'>> {
  const waiting = [top];
  let bytes = 0;
  let entries = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (entries >= mostEntries || signal.aborted) return { bytes, isPartial: true };
    entries += 1;
    try {
      const stats = await lstat(path);
      bytes += stats.blocks * 512;
      if (stats.isDirectory()) for await (const entry of await opendir(path)) waiting.push(join(path, entry.name));
    } catch {
      // The folders of worlds come and go, and some of them nobody but their own programs may read: what cannot be looked at is not counted.
    }
  }
  return { bytes, isPartial: false };
}
