import type { CommitId } from '../../domain/ids.ts';
import type { CherryPick } from '../../ports/git.ts';
import { commitTree, readCommit, treeOf } from './commit.ts';
import { GitError } from './git-command.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { zeroTerminated } from './mirror-tools.ts';

/**
 * Applies the difference from its parent to `commit` on top of `onto`, with no work tree. The author's date becomes the
 * committer's too, so the same pick gives the same commit. What sits there already is `onto` itself.
 *
 * `merge-tree` finds the base itself (naming it needs git 2.40): a passing commit with the files of `onto` and the parent
 * of `commit` makes that parent the base.
 */
export async function cherryPick(tools: MirrorTools, commit: CommitId, onto: CommitId): Promise<CherryPick> {
  const facts = await readCommit(tools, commit);
  const [parent] = facts.parents;
  if (parent === undefined) throw new GitError(['cherry-pick'], undefined, `${commit} has no parent`);
  if (parent === onto) return { kind: 'picked', commit };
  const ontoTree = await treeOf(tools, onto);
  const common = { author: facts.author, date: facts.date };
  const stand = await commitTree(tools, { ...common, tree: ontoTree, parents: [parent], message: 'stands for the head while merging' });
  const merged = await tools.git.ask(tools.profile, ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', stand, commit]);
  const [tree, ...conflicts] = zeroTerminated(merged.stdout);
  if (merged.code === 1) return { kind: 'conflict', paths: [...new Set(conflicts)] };
  if (merged.code !== 0 || tree === undefined) throw new GitError(['merge-tree'], merged.code, merged.stderr);
  if (tree === ontoTree) return { kind: 'picked', commit: onto };
  return { kind: 'picked', commit: await commitTree(tools, { ...common, tree, parents: [onto], message: facts.message }) };
}
