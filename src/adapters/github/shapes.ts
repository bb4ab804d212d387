import type { ForgeComment, ForgeIssue, ForgePullRequest, ForgeUser } from '../../domain/forge.ts';

/** A user as GitHub sends them everywhere; null for an account that is gone. */
export interface GithubUser {
  readonly id: number | bigint;
  readonly login: string;
  readonly type?: string | undefined;
}

/** What stands where an account was that is gone: an id that nobody has. */
const gone: ForgeUser = { id: '0', login: 'ghost', isBot: false };

export function userOf(user: GithubUser | null | undefined): ForgeUser {
  if (user === null || user === undefined) return gone;
  return { id: String(user.id), login: user.login.slice(0, 100), isBot: user.type === 'Bot' || user.login.endsWith('[bot]') };
}

export interface GithubIssue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly user: GithubUser | null;
  readonly labels: ReadonlyArray<string | { readonly name?: string | null | undefined }>;
  readonly state: string;
  readonly html_url: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export function issueOf(issue: GithubIssue): ForgeIssue {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    author: userOf(issue.user),
    labels: labelNames(issue.labels),
    state: issue.state === 'closed' ? 'closed' : 'open',
    url: issue.html_url,
    createdAt: Date.parse(issue.created_at),
    updatedAt: Date.parse(issue.updated_at),
  };
}

export interface GithubComment {
  readonly id: number | bigint;
  readonly body?: string | null | undefined;
  readonly user: GithubUser | null;
  readonly html_url: string;
  readonly created_at: string;
}

export function commentOf(comment: GithubComment): ForgeComment {
  return {
    id: String(comment.id),
    author: userOf(comment.user),
    body: comment.body ?? '',
    url: comment.html_url,
    createdAt: Date.parse(comment.created_at),
  };
}

interface GithubBranch {
  readonly ref: string;
  readonly sha: string;
  readonly label?: string | null | undefined;
  readonly repo?: { readonly id: number | bigint } | null | undefined;
}

export interface GithubPull {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly draft?: boolean | undefined;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly mergeable?: boolean | null | undefined;
  readonly labels: ReadonlyArray<string | { readonly name?: string | null | undefined }>;
  readonly head: GithubBranch;
  readonly base: GithubBranch;
}

export function pullOf(pull: GithubPull): ForgePullRequest {
  const isMerged = pull.merged_at !== null;
  return {
    number: pull.number,
    url: pull.html_url,
    title: pull.title,
    body: pull.body ?? '',
    state: isMerged ? 'merged' : pull.state === 'closed' ? 'closed' : 'open',
    isDraft: pull.draft === true,
    head: { branch: headBranchOf(pull), commit: pull.head.sha },
    base: { branch: pull.base.ref, commit: pull.base.sha },
    mergeCommit: isMerged ? (pull.merge_commit_sha ?? undefined) : undefined,
    isMergeable: pull.mergeable ?? undefined,
    labels: labelNames(pull.labels),
  };
}

/** A branch of another repository is called `owner:branch`, which no branch of this one can be. */
export function headBranchOf({ head, base }: { readonly head: GithubBranch; readonly base: GithubBranch }): string {
  return isOfSameRepository({ head, base }) ? head.ref : (head.label ?? `unknown:${head.ref}`);
}

/** A pull request from a fork is nobody's but the fork's. */
export function isOfSameRepository({ head, base }: { readonly head: GithubBranch; readonly base: GithubBranch }): boolean {
  return head.repo !== null && head.repo !== undefined && head.repo.id === base.repo?.id;
}

function labelNames(labels: GithubIssue['labels']): readonly string[] {
  return labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? [])));
}
