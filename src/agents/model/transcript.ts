import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const mostCharacters = 16_000_000;

/** Keeps what was said and printed for people to read later. */
export interface Transcript extends Disposable {
  add(text: string): void;
}

/** A log that cannot be written (a full disk, for instance) ends there: it never ends the work that it tells of. */
export function openTranscript(path: string): Transcript {
  let file = open(path);
  let left = mostCharacters;
  const end = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    add(text) {
      if (file === undefined || left <= 0) return;
      const part = text.slice(0, left);
      left -= part.length;
      try {
        writeSync(file, `${part}\n`);
      } catch {
        end();
      }
    },
    [Symbol.dispose]: end,
  };
}

function open(path: string): number | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Whoever reads another log under the name sees that this one is another.
    rmSync(path, { force: true });
    return openSync(path, 'w', 0o600);
  } catch {
    return undefined;
  }
}
