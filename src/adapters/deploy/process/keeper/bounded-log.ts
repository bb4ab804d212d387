import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

/** What programs print, in a file that they write to themselves, so that it does not need us: at its largest it is moved to `<file>.1`. */
export interface BoundedLog {
  /** For the output of a program: written to at its end, whatever its length. */
  readonly descriptor: number;
  /** Moves what is there to `<file>.1` where it has become too large. */
  bound(): void;
  size(): number;
  /** @returns the end of what stands behind `offset`, at most so many bytes. */
  tail(offset: number, bytes: number): string;
  close(): void;
}

const defaultBytes = 16 * 1024 * 1024;

export function openBoundedLog(file: string, mostBytes = defaultBytes): BoundedLog {
  const descriptor = openSync(file, 'a+', 0o600);
  const size = (): number => fstatSync(descriptor).size;
  return {
    descriptor,
    bound() {
      if (size() <= mostBytes) return;
      copyFileSync(file, `${file}.1`);
      ftruncateSync(descriptor);
    },
    size,
    tail(offset, bytes) {
      const end = size();
      // Shorter than before: it was moved in the meantime.
      const from = Math.max(end < offset ? 0 : offset, end - bytes);
      const buffer = Buffer.alloc(end - from);
      const read = readSync(descriptor, buffer, 0, buffer.length, from);
      return buffer.toString('utf8', 0, read);
    },
    close: () => closeSync(descriptor),
  };
}
