import { fit, tellPull } from './follow-code.ts';
import type { World } from './world.ts';
import { pullRow, repositoryRow } from './world.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MergeBody {
  readonly sha?: string;
  readonly merge_method?: 'merge' | 'squash' | 'rebase';
  readonly commit_title?: string;
  readonly commit_message?: string;
}

const no = (status: number, message: string): Answer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest/pulls/pulls#merge-a-pull-request' },
});

/** Merges in the bare repository, with the answers that GitHub's documentation gives: 405 where it cannot be, 409 where the head is another. */
export async function mergePull(world: World, number: number, body: MergeBody, token: string): Promise<Answer> {
  const { code, emulation } = world;
  const row = pullRow(world, number);
  if (row === undefined) return no(404, 'Not Found');
  const repo = repositoryRow(world);
  const method = body.merge_method ?? 'merge';
  if (row['merged'] === true || row['state'] === 'closed') return no(405, 'Pull Request is not mergeable');
  if (row['draft'] === true) return no(405, 'Pull Request is still a draft');
  const head = String(row['head_sha']);
  if (body.sha !== undefined && body.sha !== head) return no(409, 'Head branch was modified. Review and try the merge again.');
  const words = { merge: 'Merge commits are', squash: 'Squash merges are', rebase: 'Rebase merges are' } as const;
  const allowed = { merge: 'allow_merge_commit', squash: 'allow_squash_merge', rebase: 'allow_rebase_merge' } as const;
  if (repo[allowed[method]] !== true) return no(405, `${words[method]} not allowed on this repository.`);
  const missing = await missingOf(world, number, head, token);
  if (missing !== undefined) return no(405, missing);
  const branch = String(row['base_ref']);
  const base = code.branches().get(branch) ?? '';
  const tree = code.mergeTree(base, head);
  if (tree === undefined) {
    emulation.tables.pullRequests.update(row.id, fit(world, base, head));
    return no(405, 'Pull Request is not mergeable');
  }
  const text = [body.commit_title ?? `Merge pull request #${number}`, body.commit_message ?? ''].filter((part) => part !== '').join('\n\n');
  const commit = method === 'rebase' ? code.rebase(base, head) : code.commitTree(tree, method === 'merge' ? [base, head] : [base], text);
  if (commit === undefined) return no(405, 'This branch can’t be rebased');
  code.moveBranch(branch, commit);
  const at = new Date().toISOString();
  const merger = emulation.tokens.get(token)?.login;
  const [by] = merger === undefined ? [] : emulation.tables.users.findBy('login', merger);
  emulation.tables.pullRequests.update(row.id, {
    merged: true,
    merged_at: at,
    merge_commit_sha: commit,
    merged_by_id: by?.id ?? null,
    state: 'closed',
    closed_at: at,
    mergeable: null,
    mergeable_state: 'unknown',
  });
  for (const issue of emulation.tables.issues.findBy('repo_id', repo.id)) {
    if (issue['number'] === number) emulation.tables.issues.update(issue.id, { state: 'closed', closed_at: at });
  }
  await tellPull(world, number, 'closed');
  if (branch === repo['default_branch']) await closeNamed(world, String(row['body'] ?? ''), token);
  return { status: 200, body: { sha: commit, merged: true, message: 'Pull Request successfully merged' } };
}

/** What the rules of the branch still ask for. */
async function missingOf(world: World, number: number, head: string, token: string): Promise<string | undefined> {
  const { rules, emulation, owner, name } = world;
  const headers = { authorization: `token ${token}` };
  const reviews = (await (
    await emulation.ask({ method: 'GET', path: `/repos/${owner}/${name}/pulls/${number}/reviews?per_page=100`, headers })
  ).json()) as ReadonlyArray<{ readonly state: string; readonly user: { readonly id: number } }>;
  const { id } = repositoryRow(world);
  const mayWrite = new Set(
    emulation.tables.collaborators
      .findBy('repo_id', id)
      .filter((row) => ['push', 'maintain', 'admin'].includes(String(row['permission'])))
      .map((row) => Number(row['user_id'])),
  );
  // The last word of each counts, of those who may write.
  const words = new Map(
    reviews.filter(({ state, user }) => state !== 'COMMENTED' && mayWrite.has(user.id)).map(({ state, user }) => [user.id, state]),
  );
  if ([...words.values()].includes('CHANGES_REQUESTED')) return 'Changes must be approved by the reviewer who requested them.';
  const approvals = [...words.values()].filter((state) => state === 'APPROVED').length;
  if (approvals < rules.approvals) return `At least ${rules.approvals} approving review is required by reviewers with write access.`;
  const { check_runs: runs } = (await (
    await emulation.ask({ method: 'GET', path: `/repos/${owner}/${name}/commits/${head}/check-runs?per_page=100`, headers })
  ).json()) as { readonly check_runs: ReadonlyArray<{ readonly name: string; readonly conclusion: string | null }> };
  const lacking = rules.checks.find(
    (check) => !runs.some((run) => run.name === check && ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '')),
  );
  return lacking === undefined ? undefined : `Required status check "${lacking}" is expected.`;
}

/** A merge into the default branch closes the issues that the text says it closes. */
async function closeNamed({ emulation, owner, name }: World, body: string, token: string): Promise<void> {
  for (const [, number] of body.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? #(\d{1,9})\b/gi)) {
    await emulation.ask({
      method: 'PATCH',
      path: `/repos/${owner}/${name}/issues/${number}`,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ state: 'closed' })),
    });
  }
}
