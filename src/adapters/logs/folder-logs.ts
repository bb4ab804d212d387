import { constants, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { logNameOf } from '../../domain/logs/log-name.ts';
import type { StateFolder } from '../../domain/state-folder.ts';
import type { LogFile, Logs } from '../../ports/logs.ts';

const pieceBytes = 65_536;

/** The logs in a state folder. Only files that programs of ours made are read: no link leads out of it. */
export function folderLogs(state: Pick<StateFolder, 'logs'>): Logs {
  return {
    async ofRun(run) {
      const folder = state.logs(run);
      const names = (await readdir(folder).catch(unlessAbsent)) ?? [];
      const files = await Promise.all(names.filter((name) => logNameOf(name) !== undefined).map((name) => look(folder, name)));
      return files.filter((file) => file !== undefined);
    },
    async *read(run, name, from = 0) {
      if (logNameOf(name) === undefined) return;
      const file = await open(join(state.logs(run), name), constants.O_RDONLY | constants.O_NOFOLLOW).catch(unlessAbsent);
      if (file === undefined) return;
      try {
        // It ends with what the file has now: a program that prints without end is followed piece by piece.
        const { size } = await file.stat();
        for (let at = from; at < size;) {
          const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(pieceBytes, size - at)), { position: at });
          if (bytesRead === 0) return;
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
  };
}

async function look(folder: string, name: string): Promise<LogFile | undefined> {
  const found = await lstat(join(folder, name)).catch(unlessAbsent);
  if (found?.isFile() !== true) return undefined;
  return { name, bytes: found.size, identity: `${found.ino}.${Math.round(found.birthtimeMs)}` };
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR' && error.code !== 'ELOOP') throw error;
}
