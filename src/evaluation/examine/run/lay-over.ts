import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { basename, dirname } from 'node:path/posix';
import { withFolderInside } from '../../checks/read-foreign.ts';

/** A file as it is to lie in a checkout. */
export interface LaidFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** What stood at a path before. */
type Before =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly to: string };

type Undo = () => Promise<void>;

/** Files that lie over a checkout; what was there before is put back when disposed. */
export interface LaidOver extends AsyncDisposable {
  /** Why nothing was laid, in a sentence. */
  readonly problem: string | undefined;
}

/** Larger ones are not taken away, as they would have to be kept. */
const mostKept = 16 * 1024 * 1024;

/**
 * Lays files over a checkout, all or none, and never through a link that leads out of it. When disposed, the files and the folders that
 * were made for them are gone, with what programs left in these folders, and what was there before lies there again.
 *
 * @param directory real path of the checkout, in which no program is at work.
 */
export async function layOver(directory: string, files: readonly LaidFile[]): Promise<LaidOver> {
  const undone: Undo[] = [];
  const undo = async (): Promise<void> => {
    for (const step of undone.toReversed()) await step();
    undone.length = 0;
  };
  try {
    for (const file of files) {
      const problem = await layOne(directory, file, undone);
      if (problem === undefined) continue;
      await undo();
      return { problem: `${file.path} cannot be laid over the checkout: ${problem}.`, [Symbol.asyncDispose]: undo };
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return { problem: undefined, [Symbol.asyncDispose]: undo };
}

async function layOne(directory: string, { path, content, executable }: LaidFile, undone: Undo[]): Promise<string | undefined> {
  const folder = dirname(path);
  const isThere = await makeFolders(directory, folder, undone);
  if (!isThere) return 'its folder is none, or leads out';
  const before = await withFolderInside(directory, folder, (inside) => whatStands(join(inside, basename(path))));
  if (before === undefined || typeof before === 'string') return before ?? 'its folder leads out';
  undone.push(() => putBack(directory, path, before));
  await withFolderInside(directory, folder, (inside) => put(join(inside, basename(path)), content, executable ? 0o755 : 0o644));
  return undefined;
}

/** @returns whether there is such a folder now, inside of the checkout. */
async function makeFolders(directory: string, path: string, undone: Undo[]): Promise<boolean> {
  const parts = path === '.' ? [] : path.split('/');
  for (const [index, name] of parts.entries()) {
    const above = parts.slice(0, index).join('/');
    const made = await withFolderInside(directory, above, (inside) => makeFolder(join(inside, name)));
    if (made === undefined) return false;
    if (!made) continue;
    undone.push(async () => {
      await withFolderInside(directory, above, (inside) => rm(join(inside, name), { recursive: true, force: true }));
    });
  }
  return (await withFolderInside(directory, path, () => Promise.resolve(true))) === true;
}

/** @returns whether it was not there before. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns why it cannot be taken away for a while, as a sentence. */
async function whatStands(path: string): Promise<Before | string> {
  const status = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (status === undefined) return { kind: 'nothing' };
  if (status.isSymbolicLink()) return { kind: 'link', to: await readlink(path) };
  if (!status.isFile()) return 'something else than a file is there';
  if (status.size > mostKept) return 'a large file is there';
  return { kind: 'file', content: await readFile(path), mode: status.mode & 0o777 };
}

async function put(path: string, content: Uint8Array, mode: number): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await using file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode);
  await file.writeFile(content);
}

/** Whatever became of the place meanwhile. */
async function putBack(directory: string, path: string, before: Before): Promise<void> {
  if (before.kind !== 'nothing') await makeFolders(directory, dirname(path), []);
  await withFolderInside(directory, dirname(path), async (inside) => {
    const place = join(inside, basename(path));
    if (before.kind === 'file') {
      await put(place, before.content, before.mode);
      await chmod(place, before.mode);
      return;
    }
    await rm(place, { recursive: true, force: true });
    if (before.kind === 'link') await symlink(before.to, place);
  });
}
