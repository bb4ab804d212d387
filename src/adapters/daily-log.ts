import { appendFile, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DailyLog } from '../ports/daily-log.ts';
import type { Locks } from '../ports/lock.ts';

/** Files `YYYY-MM-DD.md` in a folder, made when there is something to write. Several processes may write. */
export function folderDailyLog(folder: string, locks: Locks): DailyLog {
  return {
    async append({ id, at, text }) {
      const day = new Date(at).toISOString().slice(0, 10);
      const path = join(folder, `${day}.md`);
      const mark = `<!-- ${id.replaceAll(/[^\w:.-]/g, '_')} -->`;
      await mkdir(folder, { recursive: true });
      const held = await locks.acquire('daily-log');
      try {
        const found = await lookFor(path, mark);
        if (found === 'there') return;
        await appendFile(path, `${found === 'no file' ? `# ${day}\n` : ''}\n${text.trimEnd()}\n${mark}\n`);
      } finally {
        await held.release();
      }
    },
  };
}

/** At once, in bytes; longer than any mark. */
const pieceBytes = 256 * 1024;

/** Piece by piece, in one buffer: whole, the text of a long day would be made anew for every entry. */
async function lookFor(path: string, mark: string): Promise<'there' | 'not there' | 'no file'> {
  const handle = await open(path, 'r').catch(unlessAbsent);
  if (handle === undefined) return 'no file';
  await using file = handle;
  const wanted = Buffer.from(mark);
  const piece = Buffer.allocUnsafe(pieceBytes);
  // What may be the beginning of a mark stays before what is read next.
  let kept = 0;
  for (;;) {
    const { bytesRead } = await file.read(piece, kept, piece.length - kept);
    if (bytesRead === 0) return 'not there';
    const length = kept + bytesRead;
    if (piece.subarray(0, length).includes(wanted)) return 'there';
    kept = Math.min(length, wanted.length - 1);
    piece.copyWithin(0, length - kept, length);
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
