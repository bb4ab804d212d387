import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import type { Mirror } from '../../ports/git.ts';
import { copyIndex } from './check-out.ts';
import { commitTree } from './commit.ts';
import { GitError } from './git-command.ts';
import { openFiles, openForReading } from './open-for-reading.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { privateFolder, zeroTerminated } from './mirror-tools.ts';

type Request = Parameters<Mirror['commitFolder']>[0];

/**
 * Commits a folder by an index of our own, from the mirror, so that nothing in the folder is asked what git should do:
 * not its `.git`, not the index in it. Names that git refuses are left out, and so are repositories that lie in the folder;
 * where one lies on files of the base, its `.git` is removed and the files count.
 */
export async function commitFolder(tools: MirrorTools, request: Request): Promise<CommitId | undefined> {
  const index = join(privateFolder(tools.mirrorPath), `index-${randomUUID()}`);
  const profile = { ...tools.profile, workTree: request.directory, indexFile: index };
  await mkdir(privateFolder(tools.mirrorPath), { recursive: true });
  try {
    await readBase(tools, request, index);
    const skip = new Set((request.exclude ?? []).filter((path) => !path.includes('/')));
    const foreign = await openForReading(request.directory, {
      tracked: async () => zeroTerminated(await tools.git.run(profile, ['ls-files', '-z'])),
      skip,
    });
    const left = [...(request.exclude ?? []).flatMap(excluded), ...foreign.flatMap(excludedPath)];
    const add = ['add', '--all', '--no-warn-embedded-repo', '--pathspec-from-file=-', '--pathspec-file-nul'] as const;
    const everything = { stdin: [':(top)', ...left].join('\0') };
    await tools.git.run(profile, [...add], everything).catch(async (error: unknown) => {
      if (!(error instanceof GitError && /permission denied/i.test(error.stderr))) throw error;
      await openFiles(request.directory, skip);
      await tools.git.run(profile, [...add], everything);
    });
    const changed = await changedEntries(tools, profile, request.base);
    const links = newLinksIn(changed);
    if (links.length === changed.length) return undefined;
    if (links.length > 0)
      await tools.git.run(profile, ['update-index', '--force-remove', '-z', '--stdin'], { stdin: `${links.join('\0')}\0` });
    const tree = (await tools.git.run(profile, ['write-tree'])).trim();
    const message = typeof request.message === 'string' ? request.message : request.message(pathsOf(changed, links));
    const date = `${Math.floor(request.at / 1000)} +0000`;
    return await commitTree(tools, { tree, parents: [request.base], message, author: request.author, date });
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** The base in the index; with what is known of the files on disk where they were handed over by us. */
async function readBase(tools: MirrorTools, request: Request, index: string): Promise<void> {
  const profile = { ...tools.profile, workTree: request.directory, indexFile: index };
  if (request.index !== undefined) await copyIndex(request.index, index);
  await tools.git.run(profile, ['read-tree', ...(request.index === undefined ? [] : ['-m']), request.base]);
}

/** A path that begins with a slash lies there, any other with a slash in it too; a name alone is left out wherever it lies. */
function excluded(path: string): readonly string[] {
  if (path.includes('/')) return excludedPath(path.replace(/^\//, ''));
  const name = withoutWildcards(path);
  return [`:(top,exclude,glob)**/${name}`, `:(top,exclude,glob)**/${name}/**`];
}

/**
 * One path and what lies below. Written out, git takes it for a path that somebody wants to add and refuses it where it is ignored; so
 * its first letter is written as one that could have meant something else.
 */
function excludedPath(path: string): readonly string[] {
  const plain = withoutWildcards(path);
  const pattern = /^[\\*]/.test(plain) ? plain : `\\${plain}`;
  return [`:(top,exclude,glob)${pattern}`, `:(top,exclude,glob)${pattern}/**`];
}

/** Where a name is no text, any bytes are meant. */
function withoutWildcards(path: string): string {
  return path.replace(/[\\*?[\]]/g, String.raw`\$&`).replace(/\uFFFD+/g, '*');
}

interface ChangedEntry {
  readonly mode: string;
  readonly oldMode: string;
  readonly path: string;
}

/** What the index holds that the base does not, and the other way round. */
async function changedEntries(tools: MirrorTools, profile: MirrorTools['profile'], base: CommitId): Promise<readonly ChangedEntry[]> {
  const options = ['--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', '--no-ext-diff'] as const;
  const fields = zeroTerminated(await tools.git.run(profile, ['diff-index', ...options, '--end-of-options', base]));
  return fields.flatMap((field, at) => {
    const [, oldMode, mode] = /^:(\d+) (\d+) /.exec(at % 2 === 0 ? field : '') ?? [];
    const path = fields[at + 1];
    return oldMode === undefined || mode === undefined || path === undefined ? [] : [{ oldMode, mode, path }];
  });
}

function pathsOf(changed: readonly ChangedEntry[], left: readonly string[]): readonly string[] {
  const out = new Set(left);
  return changed.flatMap(({ path }) => (out.has(path) ? [] : [path]));
}

/** Links to other repositories that the base does not have never become part of a change. */
function newLinksIn(changed: readonly ChangedEntry[]): readonly string[] {
  return changed.filter(({ mode, oldMode }) => mode === '160000' && oldMode !== '160000').map(({ path }) => path);
}
