import type { Code } from './code.ts';
import type { Dispatch, Emulation, Row } from './emulation.ts';

/** A status of a commit, which the emulation does not have. */
export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string | null;
  readonly target_url: string | null;
  readonly at: string;
}

/** The log of a job of Actions. */
export interface JobLog {
  readonly step: string;
  readonly text: string;
  readonly completedAt: string;
  readonly conclusion: string;
}

export interface Rules {
  readonly approvals: number;
  readonly checks: readonly string[];
}

/** All that stands behind the front: the emulation, the code, and what we add to both. */
export interface World {
  readonly url: string;
  readonly owner: string;
  readonly name: string;
  readonly emulation: Emulation;
  readonly code: Code;
  readonly dispatch: Dispatch;
  readonly statuses: Status[];
  /** By the id of the check run, which is that of the job. */
  readonly jobs: Map<number, JobLog>;
  rules: Rules;
}

/** Of the account that the repository belongs to, with which the stand itself asks. */
export const ownerToken = 'of-the-owner';
export const asOwner = { authorization: `token ${ownerToken}` } as const;

export function repositoryRow({ emulation, owner, name }: World): Row {
  const [row] = emulation.tables.repos.findBy('full_name', `${owner}/${name}`);
  if (row === undefined) throw new Error('the repository of the stand is gone');
  return row;
}

export function pullRow(world: World, number: number): Row | undefined {
  const { id } = repositoryRow(world);
  return world.emulation.tables.pullRequests.findBy('repo_id', id).find((row) => row['number'] === number);
}

/** Asks the emulation as somebody, behind the front: it is not counted, and never fails by order. @throws for any refusal. */
export async function askAs(world: World, token: string, method: string, path: string, body?: object): Promise<unknown> {
  const response = await world.emulation.ask({
    method,
    path,
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was refused with ${response.status}: ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** GitHub says of the issue of a comment whether it is a pull request; the emulation does not. */
export function withPullRequest({ tables }: Pick<Emulation, 'tables'>, payload: Record<string, unknown>): Record<string, unknown> {
  const { issue } = payload as { readonly issue?: { readonly number: number; readonly html_url: string } };
  const isPull = tables.issues.all().some((row) => row['number'] === issue?.number && row['is_pull_request'] === true);
  if (issue === undefined || !isPull) return payload;
  return { ...payload, issue: { ...issue, pull_request: { html_url: issue.html_url.replace('/issues/', '/pull/') } } };
}
