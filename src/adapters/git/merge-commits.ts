import type { MergeMethod } from '../../domain/forge.ts';
import type { CommitId } from '../../domain/ids.ts';
import { asCommitId } from '../../domain/ids.ts';
import { cherryPick } from './cherry-pick.ts';
import { commitTree, readCommit } from './commit.ts';
import { GitError } from './git-command.ts';
import type { GitCommand } from './git-command.ts';
import type { MirrorTools } from './mirror-tools.ts';
import { zeroTerminated } from './mirror-tools.ts';

export interface MergeRequest {
  readonly base: CommitId;
  readonly head: CommitId;
  readonly method: MergeMethod;
  /** Of the commit that a squash or a merge makes; a rebase keeps the messages there are. */
  readonly message: string;
  /** Epoch ms. */
  readonly at: number;
}

export type MergedCommits =
  | { readonly kind: 'merged'; readonly commit: CommitId }
  /** `paths` is empty where the two have nothing in common. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/** The commit that `base` would become by the merge, with no work tree and no branch moved. Who wrote the newest commit of `head` is its author. */
export async function mergeCommits(given: MirrorTools, request: MergeRequest): Promise<MergedCommits> {
  const tools = { ...given, git: await withoutMergePrograms(given) };
  if (request.method === 'rebase') return await rebase(tools, request);
  const { base, head } = request;
  const merged = await tools.git.ask(tools.profile, ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', base, head]);
  const [tree, ...conflicts] = zeroTerminated(merged.stdout);
  if (merged.code === 1) return { kind: 'conflict', paths: [...new Set(conflicts)] };
  if (/unrelated histories/.test(merged.stderr)) return { kind: 'conflict', paths: [] };
  if (merged.code !== 0 || tree === undefined) throw new GitError(['merge-tree'], merged.code, merged.stderr);
  const parents = request.method === 'merge' ? [base, head] : [base];
  const { author } = await readCommit(tools, head);
  const date = `${Math.floor(request.at / 1_000)} +0000`;
  return { kind: 'merged', commit: await commitTree(tools, { tree, parents, message: request.message, author, date }) };
}

/** Each commit of its own on top of the one before; merges among them are left out, as `git rebase` does. */
async function rebase(tools: MirrorTools, { base, head }: MergeRequest): Promise<MergedCommits> {
  const listed = await tools.git.run(tools.profile, ['rev-list', '--reverse', '--topo-order', '--no-merges', head, `^${base}`]);
  let onto = base;
  for (const line of listed.split('\n')) {
    const commit = asCommitId(line);
    if (commit === undefined) continue;
    if ((await readCommit(tools, commit)).parents.length === 0) return { kind: 'conflict', paths: [] };
    const picked = await cherryPick(tools, commit, onto);
    if (picked.kind === 'conflict') return picked;
    onto = picked.commit;
  }
  return { kind: 'merged', commit: onto };
}

/** A git to which every program that the repository's configuration names for merging is one that says no, which counts as a conflict. */
async function withoutMergePrograms({ git, profile }: MirrorTools): Promise<GitCommand> {
  const listed = await git.ask(profile, ['config', '--null', '--name-only', '--get-regexp', '^merge\\..*\\.driver$']);
  const config: readonly (readonly [string, string])[] = [
    ['merge.renormalize', 'false'],
    ['merge.default', 'text'],
    ...zeroTerminated(listed.stdout).map((key) => [key, '/bin/false'] as const),
  ];
  return {
    ask: (where, args, call) => git.ask(where, args, { ...call, config: [...config, ...(call?.config ?? [])] }),
    run: (where, args, call) => git.run(where, args, { ...call, config: [...config, ...(call?.config ?? [])] }),
  };
}
