import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../../domain/ids.ts';
import type { GraftedFile, Mirror } from '../../ports/git.ts';
import { commitTree, readCommit, treeOf } from './commit.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { privateFolder, zeroTerminated } from './mirror-tools.ts';

/** Mode of a file that is made of a text. */
const plainFile = '100644';

/**
 * Makes the commit in an index of its own, with no work tree: what comes from the other commit may be anything that git keeps, and nothing of it
 * is ever a file here. The same request gives the same commit.
 */
export async function graft(tools: MirrorTools, { commit, from, files }: Parameters<Mirror['graft']>[0]): Promise<CommitId> {
  if (files.length === 0) return commit;
  const there = await entriesAt(
    tools,
    from,
    files.map(({ path }) => path),
  );
  const nothing = `0 ${'0'.repeat(commit.length)}`;
  const lines: string[] = [];
  for (const { path, to } of files) lines.push(`${await entryOf(tools, to, there.get(path) ?? nothing, nothing)}\t${path}\0`);
  const indexFile = join(privateFolder(tools.mirrorPath), `index-${randomUUID()}`);
  const profile = { ...tools.profile, indexFile };
  await mkdir(privateFolder(tools.mirrorPath), { recursive: true });
  try {
    await tools.git.run(profile, ['read-tree', commit]);
    await tools.git.run(profile, ['update-index', '--replace', '-z', '--index-info'], { stdin: lines.join('') });
    const tree = (await tools.git.run(profile, ['write-tree'])).trim();
    if (tree === (await treeOf(tools, commit))) return commit;
    const { author, date } = await readCommit(tools, commit);
    return await commitTree(tools, { tree, parents: [commit], message: `With ${files.length} files as in ${from}`, author, date });
  } finally {
    await rm(indexFile, { force: true });
    await rm(`${indexFile}.lock`, { force: true });
  }
}

/** Mode and id, as `update-index` wants them. */
async function entryOf(tools: MirrorTools, to: GraftedFile['to'], there: string, nothing: string): Promise<string> {
  switch (to.kind) {
    case 'base':
      return there;
    case 'removed':
      return nothing;
    case 'text': {
      const id = (await tools.git.run(tools.profile, ['hash-object', '-w', '--no-filters', '--stdin'], { stdin: to.text })).trim();
      // It keeps the mode that it has: a program stays one.
      const mode = there === nothing ? plainFile : (there.split(' ')[0] ?? plainFile);
      return `${mode} ${id}`;
    }
  }
}

/** Mode and id of what there is. */
async function entriesAt(tools: MirrorTools, commit: CommitId, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(paths);
  const listed = zeroTerminated(await tools.git.run(tools.profile, ['ls-tree', '-r', '-z', commit]));
  return new Map(
    listed.flatMap((line) => {
      const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return wanted.has(path) ? [[path, `${mode} ${id}`] as const] : [];
    }),
  );
}
