import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where a log lies, and how much of it is kept. */
export interface LogFileSettings {
  readonly path: string;
  /** What one file holds at most, but for its last line. */
  readonly mostBytes: number;
  /** Files that were put aside and stay. */
  readonly kept: number;
}

/** A file that lines are added to. */
export interface LogFile extends Disposable {
  /** @param line with its end. @throws an error that names the file and what the system says, where it cannot be written: then it is lost. */
  write(this: void, line: string): void;
}

/**
 * A log that any number of processes write to. Each line is written at once and as a whole, so that none is lost with a process that is killed. A file
 * that is full is put aside under the time at which that was; whoever has it open finds the new one with the next line, which also serves programs
 * such as logrotate. Made with its first line, readable for its owner alone.
 *
 * The libraries that do this keep lines back to write many at a time, or take the file for theirs alone.
 */
export function openLogFile({ path, mostBytes, kept }: LogFileSettings, now: () => number): LogFile {
  let descriptor: number | undefined;
  let lastAside = 0;
  /** Whether the disk had room for the beginning of a line only. */
  let isBroken = false;

  function close(): void {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  }

  function opened(): number {
    if (descriptor !== undefined && isStill(descriptor, path)) return descriptor;
    close();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    descriptor = openSync(path, 'a', 0o600);
    return descriptor;
  }

  function putAside(): void {
    close();
    // No name is taken twice.
    lastAside = Math.max(now(), lastAside + 1);
    renameIfThere(path, `${path}.${new Date(lastAside).toISOString().replaceAll(/[-:.]/g, '')}-${process.pid}`);
    const aside = filesAside(path);
    for (const old of aside.slice(0, Math.max(0, aside.length - kept))) rmSync(old, { force: true });
  }

  function add(line: string): void {
    if (fstatSync(opened()).size >= mostBytes) putAside();
    const bytes = Buffer.from(isBroken ? `\n${line}` : line);
    const written = writeSync(opened(), bytes);
    isBroken = written < bytes.length;
    if (isBroken) throw new Error('there is no room');
  }

  return {
    write(line) {
      try {
        add(line);
      } catch (cause) {
        throw new Error(`the log ${path} cannot be written (${(cause as Error).message})`, { cause });
      }
    },
    [Symbol.dispose]: close,
  };
}

/** Whether the file that is open is the one at the path: another process may have put it aside. */
function isStill(descriptor: number, path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.ino === fstatSync(descriptor).ino;
}

/** Another process may have been faster. */
function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** The oldest first: their names say when. */
function filesAside(path: string): readonly string[] {
  const name = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((other) => other.startsWith(name) && /^\d{8}T\d{9}Z-\d+$/.test(other.slice(name.length)))
    .toSorted()
    .map((other) => join(dirname(path), other));
}
