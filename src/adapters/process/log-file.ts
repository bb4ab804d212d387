import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogFile {
  add(chunk: Uint8Array): void;
  /** Resolves when everything is written, or could not be. */
  close(): Promise<void>;
}

/**
 * Writes what a program prints to a file, up to `limitBytes`, and says in the file where it stopped. A log that cannot be
 * written (disk full, for instance) ends there: it never ends the program whose output it holds.
 */
export function openLogFile(path: string, limitBytes: number): LogFile {
  if (!isMadeWithout(path)) return { add: () => undefined, close: async () => undefined };
  const stream = createWriteStream(path, { flags: 'w', mode: 0o600 });
  let written = 0;
  let broken = false;
  stream.on('error', () => {
    broken = true;
  });
  return {
    add(chunk) {
      if (broken || written >= limitBytes) return;
      const part = chunk.subarray(0, limitBytes - written);
      written += part.length;
      stream.write(part);
      if (written >= limitBytes) stream.write(`\n[what was printed beyond ${limitBytes} bytes is left out]\n`);
    },
    close() {
      return new Promise((resolve) => {
        if (broken || stream.closed) return resolve();
        stream.once('close', resolve);
        stream.end();
      });
    },
  };
}

/** Another log under the name is removed, not overwritten: whoever reads it sees that this one is another. */
function isMadeWithout(path: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}
