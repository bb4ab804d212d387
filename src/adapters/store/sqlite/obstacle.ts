import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What stands in the way of opening or writing a database file, as a sentence without its end and with the path of the fault; undefined when nothing
 * is to be seen. It never opens the file itself: closing it again would end the locks this process holds on it
 * (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export function obstacle(path: string): string | undefined {
  const folder = dirname(path);
  return (
    blockedAt(folder, () => {
      if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
      accessSync(folder, constants.W_OK | constants.X_OK);
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isDirectory() === true) return `${path} is a folder`;
      if (found?.isFile() === false) return `${path} is not a regular file`;
      return undefined;
    }) ??
    blockedAt(path, () => {
      if (statSync(path, { throwIfNoEntry: false }) !== undefined) accessSync(path, constants.R_OK | constants.W_OK);
      return undefined;
    }) ??
    blockedAt(folder, () => {
      closeSync(openSync(folder, 'r'));
      return undefined;
    })
  );
}

function blockedAt(path: string, look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    return inWords(path, error);
  }
}

function inWords(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EROFS':
      return `${path} is on a file system that is mounted read-only`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not write ${path}`;
    case 'ENOENT':
      return `${path} does not exist`;
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
