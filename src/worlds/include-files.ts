import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../domain/failure.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Git } from '../ports/git.ts';
import { remember } from './remember.ts';

/** The file of a repository that says which ignored files its checkouts need, written as a .gitignore. */
export const includeList = '.worktreeinclude';

const mostFiles = 1_000;
const mostBytes = 100 * 1_000_000;

export interface IncludeRequest {
  readonly mirrorPath: string;
  /** The user's working folder, from which files are copied. */
  readonly root: string;
  /** The commit whose list counts. */
  readonly commit: CommitId;
  /** The checkout. No program has run in it yet. */
  readonly tree: string;
}

/** What commits ask for, each read once: every checkout of a run is asked the same. */
export interface IncludeLists {
  /** @returns patterns as in a .gitignore, comments left out. */
  of(git: Pick<Git, 'open'>, from: Pick<IncludeRequest, 'mirrorPath' | 'commit'>): Promise<readonly string[]>;
}

/** @param most lists that are remembered. */
export function rememberedLists(most = 64): IncludeLists {
  const once = remember<readonly string[]>(most);
  return {
    of: async (git, { mirrorPath, commit }) =>
      await once(`${mirrorPath}\0${commit}`, async () => {
        const list = await (await git.open(mirrorPath)).readFile(commit, includeList);
        return (list ?? '').split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
      }),
  };
}

/**
 * Copies files that git ignores and that the repository wants in its checkouts all the same, such as `.env.test`. Only regular
 * files, which no link leads to; what the checkout has of its own stays as it is.
 *
 * @returns the paths of the copies as a harvest leaves them out: from the top, with a slash at the beginning.
 * @throws Failure (configuration) when the files are too many or too large.
 */
export async function includeFiles(
  tools: { readonly git: Pick<Git, 'ignoredFiles' | 'open'>; readonly includes: IncludeLists },
  request: IncludeRequest,
): Promise<readonly string[]> {
  const patterns = await tools.includes.of(tools.git, request);
  if (patterns.length === 0) return [];
  const copied: string[] = [];
  let bytes = 0;
  const root = await realpath(request.root);
  for (const path of await tools.git.ignoredFiles(request.root, patterns)) {
    await using file = await openOwn(root, path);
    if (file === undefined) continue;
    const { size, mode } = await file.handle.stat();
    bytes += size;
    if (copied.length === mostFiles || bytes > mostBytes) throw tooMuch(path);
    if (await place(file.handle, request.tree, { path, mode })) copied.push(`/${path}`);
  }
  return copied;
}

/** @returns undefined for what is no regular file, or lies behind a link. */
async function openOwn(root: string, path: string): Promise<({ readonly handle: FileHandle } & AsyncDisposable) | undefined> {
  const full = join(root, path);
  if ((await realpath(dirname(full)).catch(() => undefined)) !== dirname(full)) return undefined;
  const handle = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(unlessGoneOrLink);
  if (handle === undefined) return undefined;
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    return undefined;
  }
  return { handle, [Symbol.asyncDispose]: () => handle.close() };
}

/** Between git's answer and now the file may have gone. */
function unlessGoneOrLink(error: NodeJS.ErrnoException): undefined {
  if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(error.code ?? '')) throw error;
}

/** @returns whether there was room for it: folders on the way that are folders, and nothing in its place. */
async function place(from: FileHandle, tree: string, file: { readonly path: string; readonly mode: number }): Promise<boolean> {
  const parts = file.path.split('/');
  for (let length = 1; length < parts.length; length += 1) {
    const folder = join(tree, ...parts.slice(0, length));
    await mkdir(folder).catch(unlessThere);
    if (!(await lstat(folder)).isDirectory()) return false;
  }
  const target = await open(join(tree, file.path), 'wx').catch(unlessThere);
  if (target === undefined) return false;
  await pipeline(from.createReadStream({ autoClose: false }), target.createWriteStream());
  await chmod(join(tree, file.path), file.mode & 0o777);
  return true;
}

function unlessThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EEXIST') throw error;
}

function tooMuch(path: string): Failure {
  return new Failure(
    'configuration',
    {
      what: `Not all files that ${includeList} names can be copied into a checkout.`,
      why: `With ${path} they are more than ${mostFiles.toLocaleString('en')} files or ${mostBytes / 1_000_000} MB, and each checkout would get all of them.`,
      fix: `Name fewer in ${includeList} and commit it; what a command can make is better made by \`worlds.setup\`.`,
    },
    { facts: { path } },
  );
}
