import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, writeFileSync, ftruncateSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileLimits } from '../file-protocol.ts';
import type { Place } from './place.ts';
import { Failed, Refused } from './refused.ts';

/**
 * Goes into a folder. From there files are opened by their name alone: whatever is put in the place of its parents meanwhile, what is
 * opened lies in the folder that was looked at.
 *
 * @param folder a real path.
 * @throws Refused when another folder lies there by now.
 */
export function enter(folder: string): void {
  process.chdir(folder);
  if (process.cwd() !== folder) throw new Refused('the folder was replaced while it was looked at');
}

/** @throws Failed when there is no such file, or it is too large; Refused for what is no plain file. */
export function readPlain(name: string, limitBytes: number): Buffer {
  const fd = openPlain(name, constants.O_RDONLY);
  try {
    const { size } = fstatSync(fd);
    if (size > limitBytes) throw new Failed(`the file is ${size} bytes long, more than the ${limitBytes} that are read at once`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Replaces the content of a file, which keeps its mode, or makes it, with the folders above it. */
export function writePlain(root: string, place: Place, text: string): void {
  if (place.exists) {
    enter(place.folder);
    const fd = openPlain(place.name, constants.O_WRONLY);
    try {
      if (fstatSync(fd).nlink > 1) throw new Refused('the file has more than one name, and would be changed elsewhere too');
      ftruncateSync(fd);
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
    return;
  }
  enterMaking(root, place.folder);
  const fd = openSync(place.name, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o666);
  try {
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

function enterMaking(root: string, folder: string): void {
  enter(root);
  let path = root;
  for (const part of relative(root, folder).split(sep).filter(Boolean)) {
    path += `${path === '/' ? '' : sep}${part}`;
    if (lstatSync(part, { throwIfNoEntry: false }) === undefined) mkdirSync(part);
    enter(path);
  }
}

/** A link is not followed and a fifo not waited for. */
function openPlain(name: string, flags: number): number {
  const found = lstatSync(name);
  if (found.isDirectory()) throw new Failed('that is a folder');
  if (!found.isFile()) throw new Refused('that is no plain file');
  const fd = openSync(name, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Refused('that is no plain file');
}

/** As text. @throws Failed for what is none. */
export function decode(bytes: Buffer): string {
  if (bytes.subarray(0, 8_192).includes(0)) throw new Failed(`that is a binary file (${bytes.length} bytes)`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failed(`the file is not in UTF-8 (${bytes.length} bytes)`);
  }
}

export function readText(place: Place, limitBytes: number = fileLimits.readBytes): string {
  enter(place.folder);
  return decode(readPlain(place.name, limitBytes));
}
