import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync, realpathSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the project by its path, with its whole text. */
export interface ProjectFile {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly text: string;
}

/**
 * What was offered as a change of the project is none. The search program never does that: whatever said so was something that
 * ran in the world and spoke in its place.
 */
export class ForgedOffer extends Error {
  override readonly name = 'ForgedOffer';
}

/** A change of more files, or a longer text, is no change of ours. */
const mostFiles = 16;
const mostBytes = 8 * 1024 * 1024;

/** Reads the files that an offer would change. @throws ForgedOffer for anything but plain files of the project. */
export function readProjectFiles(directory: string, offered: readonly ProjectFile[]): readonly ProjectFile[] {
  if (offered.length === 0 || offered.length > mostFiles) throw new ForgedOffer(`a change of ${offered.length} files was offered`);
  return offered.map(({ path, text }) => {
    if (Buffer.byteLength(text) > mostBytes) throw new ForgedOffer(`a text of more than ${mostBytes} bytes was offered`);
    return { path, text: withFile(directory, path, constants.O_RDONLY, (file) => readFileSync(file, 'utf8')) };
  });
}

/** Gives files that are there another text. @throws ForgedOffer as {@link readProjectFiles}, also for what has become of a file meanwhile. */
export function writeProjectFiles(directory: string, files: readonly ProjectFile[]): void {
  for (const { path, text } of files)
    withFile(directory, path, constants.O_RDWR, (file) => {
      ftruncateSync(file);
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written, bytes.length - written, written);
    });
}

/** Opens a file that the folder really holds: no link on the way is followed, however often the world changes its mind meanwhile. */
function withFile<Result>(directory: string, path: string, flags: number, use: (file: number) => Result): Result {
  const names = path.split('/');
  if (!names.every(isPlainName)) throw new ForgedOffer(`"${path.slice(0, 200)}" is no path of a file of the project`);
  const file = openWithin(realpathSync(directory), names, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    // A second name of the file could lie anywhere.
    if (!status.isFile() || status.nlink > 1 || status.size > mostBytes)
      throw new ForgedOffer(`"${path}" is no plain file, or one of more than ${mostBytes} bytes`);
    return use(file);
  } finally {
    closeSync(file);
  }
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && !/^(?:\.git|node_modules)$/i.test(name);
}

/** macOS: a link anywhere in the path is an error. */
const noFollowAny = 0x2000_0000;

function openWithin(directory: string, names: readonly string[], flags: number): number {
  if (process.platform !== 'linux') return open(join(directory, ...names), flags | noFollowAny);
  let folder = open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    // Each name is looked up in the folder that was opened before, whatever lies at its path by now.
    for (const name of names.slice(0, -1)) {
      const next = open(`/proc/self/fd/${folder}/${name}`, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
      closeSync(folder);
      folder = next;
    }
    return open(`/proc/self/fd/${folder}/${names.at(-1) ?? ''}`, flags);
  } finally {
    closeSync(folder);
  }
}

/** What the system says to a path that leads through a link or to no file. */
const notPlain: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO', 'ENAMETOOLONG'];

function open(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (notPlain.includes(code))
      throw new ForgedOffer(`what was offered to be changed is no file of the project (${code})`, { cause: error });
    throw error;
  }
}
