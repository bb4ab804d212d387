import { appendFile, mkdir, readFile } from 'node:fs/promises';
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
        const written = await readFile(path, 'utf8').catch(unlessAbsent);
        if (written?.includes(mark) === true) return;
        await appendFile(path, `${written === undefined ? `# ${day}\n` : ''}\n${text.trimEnd()}\n${mark}\n`);
      } finally {
        await held.release();
      }
    },
  };
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
