import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import type { Mirror } from '../../ports/git.ts';
import { commitTree, treeOf } from './commit.ts';
import { openForReading } from './open-for-reading.ts';
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
    await tools.git.run(profile, ['read-tree', request.base]);
    const tracked = zeroTerminated(await tools.git.run(profile, ['ls-files', '-z']));
    const foreign = await openForReading(request.directory, {
      tracked,
      skip: new Set((request.exclude ?? []).filter((path) => !path.includes('/'))),
    });
    const left = [...(request.exclude ?? []).flatMap(excluded), ...foreign.map((path) => `:(top,exclude,literal)${path}`)];
    await tools.git.run(profile, ['add', '--all', '--no-warn-embedded-repo', '--pathspec-from-file=-', '--pathspec-file-nul'], {
      stdin: [':(top)', ...left].join('\0'),
    });
    await dropNewLinks(tools, profile, request.base);
    const tree = (await tools.git.run(profile, ['write-tree'])).trim();
    if (tree === (await treeOf(tools, request.base))) return undefined;
    const date = `${Math.floor(request.at / 1000)} +0000`;
    return await commitTree(tools, { tree, parents: [request.base], message: request.message, author: request.author, date });
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** A name without a slash is left out wherever it lies; anything else is one path. */
function excluded(path: string): readonly string[] {
  if (path.includes('/')) return [`:(top,exclude,literal)${path}`];
  const name = path.replace(/[\\*?[\]]/g, String.raw`\$&`);
  return [`:(top,exclude,glob)**/${name}`, `:(top,exclude,glob)**/${name}/**`];
}

/** Links to other repositories that the base does not have never become part of a change. */
async function dropNewLinks(tools: MirrorTools, profile: MirrorTools['profile'], base: CommitId): Promise<void> {
  const now = linksIn(await tools.git.run(profile, ['ls-files', '--stage', '-z']));
  if (now.length === 0) return;
  const before = new Set(linksIn(await tools.git.run(profile, ['ls-tree', '-r', '-z', '--full-tree', base])));
  const added = now.filter((path) => !before.has(path));
  if (added.length === 0) return;
  await tools.git.run(profile, ['update-index', '--force-remove', '-z', '--stdin'], { stdin: `${added.join('\0')}\0` });
}

function linksIn(listed: string): readonly string[] {
  return zeroTerminated(listed)
    .filter((line) => line.startsWith('160000 '))
    .map((line) => line.slice(line.indexOf('\t') + 1));
}
