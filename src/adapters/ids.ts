import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { IdSource } from '../ports/ids.ts';

/** Random bytes are drawn for so many ids at once: one by one they cost more than the rest of an id. */
const drawnAtOnce = 256;
const bytesOfOne = 16;
const seqLimit = 2 ** 32;

/** UUIDv7 that rise within one process, also within a millisecond and when the clock goes back. */
export function uuidSource(now: () => number = Date.now): IdSource {
  let drawn = Buffer.alloc(0);
  let used = 0;
  let msecs = 0;
  let seq = 0;
  return {
    next: () => {
      if (used === drawn.length) {
        drawn = randomBytes(drawnAtOnce * bytesOfOne);
        used = 0;
      }
      const random = drawn.subarray(used, used + bytesOfOne);
      used += bytesOfOne;
      const at = now();
      if (at > msecs) {
        msecs = at;
        // Room to count up from, and nothing that another process would begin with.
        seq = random.readUInt32BE(6) >>> 1;
      } else {
        seq += 1;
        if (seq === seqLimit) {
          seq = 0;
          msecs += 1;
        }
      }
      return v7({ msecs, seq, random });
    },
  };
}

export const systemIds: IdSource = uuidSource();
