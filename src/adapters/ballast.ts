import { randomFillSync } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { Ballast } from '../ports/ballast.ts';
import { freeBytes } from './state-folder.ts';

/** It is held only where the disk has so many times its size: else what it is given back for would be near at once. */
const roomTimes = 4;
const pieceBytes = 1 << 20;

/**
 * A file in a folder, as large as was asked for. What it holds means nothing, and cannot be packed by any file system.
 *
 * @param wantedBytes 0 holds nothing, and gives back what was held before.
 */
export function fileBallast(folder: string, wantedBytes: number): Ballast {
  const path = `${folder}/ballast.held`;
  const heldBytes = async (): Promise<number> => (await stat(path).catch(unlessAbsent))?.size ?? 0;
  return {
    state: async () => ({ wantedBytes, heldBytes: await heldBytes() }),
    async hold() {
      await removeUnfinished(folder);
      if (wantedBytes === 0) {
        await rm(path, { force: true });
        return false;
      }
      if ((await heldBytes()) >= wantedBytes) return true;
      if ((await freeBytes(folder)) < roomTimes * wantedBytes) return false;
      const making = `${path}.${process.pid}.making`;
      try {
        await fill(making, wantedBytes);
        await rename(making, path);
        return true;
      } finally {
        await rm(making, { force: true });
      }
    },
    giveBack() {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return false;
      rmSync(path, { force: true });
      return true;
    },
  };
}

/** In ms: by then whoever makes one has made it. */
const makingMs = 10 * 60_000;

/** Removes what a process had begun that was killed over it. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^ballast\.held\.\d+\.making$/.test(name)) continue;
    const path = `${folder}/${name}`;
    const begun = (await stat(path).catch(unlessAbsent))?.mtimeMs ?? Infinity;
    if (Date.now() - begun > makingMs) await rm(path, { force: true });
  }
}

async function fill(path: string, bytes: number): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  const piece = randomFillSync(Buffer.allocUnsafe(pieceBytes));
  for (let left = bytes; left > 0; left -= pieceBytes) await file.writeFile(piece.subarray(0, Math.min(left, pieceBytes)));
  // Only then the disk has really given it.
  await file.sync();
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
