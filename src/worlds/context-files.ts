import { constants } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { neverCommitted } from './harvest.ts';

/** Files of ours in a world's checkout: for programs, and for people. */
export const contextNames = { program: neverCommitted[0], people: neverCommitted[1] } as const;

export interface ContextFilesRequest {
  /** The world's checkout. Programs of the world may have run there already. */
  readonly tree: string;
  /** By name, at the top of the checkout. */
  readonly texts: ReadonlyMap<string, string>;
  /** Whether the base has a file of this name itself. */
  readonly isTracked: (name: string) => Promise<boolean>;
}

export interface PlacedFiles {
  /** As a harvest leaves them out: from the top, with a slash at the beginning. */
  readonly placed: readonly string[];
  /** Why one was not placed, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Writes files of ours into a checkout before its agent starts, and has the world's own git ignore them. What is there already stays as it is,
 * whatever it is: no file is written over, and no link followed.
 */
export async function writeContextFiles({ tree, texts, isTracked }: ContextFilesRequest): Promise<PlacedFiles> {
  const placed: string[] = [];
  const warnings: string[] = [];
  for (const [name, text] of texts) {
    if (await writeNew(join(tree, name), text)) placed.push(`/${name}`);
    else if (await isTracked(name))
      warnings.push(
        `The repository has a file ${name} of its own: it was left as it is, and changes of it do not become part of the result.`,
      );
    else warnings.push(`Something called ${name} was in the world already, and was left as it is.`);
  }
  if (placed.length > 0 && !(await ignore(tree, placed)))
    warnings.push(`The world's own git could not be told to ignore ${placed.join(' and ')}; they are never part of a change all the same.`);
  return { placed, warnings };
}

/** @returns whether nothing was there. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await using file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
    await file.writeFile(text);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns false where the folder's git is not as it was made: nobody knows then where a line would go. */
async function ignore(tree: string, patterns: readonly string[]): Promise<boolean> {
  const info = join(tree, '.git', 'info');
  if (!(await isFolder(join(tree, '.git')))) return false;
  await mkdir(info).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!(await isFolder(info))) return false;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    await using file = await open(join(info, 'exclude'), flags, 0o644);
    if (!(await file.stat()).isFile()) return false;
    await file.writeFile(`\n${patterns.join('\n')}\n`);
    return true;
  } catch (error) {
    // A link, a folder, a pipe in its place.
    if (error instanceof Error && 'code' in error && ['ELOOP', 'EISDIR', 'ENXIO'].includes(String(error.code))) return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return found?.isDirectory() === true;
}
