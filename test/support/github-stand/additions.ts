import { tellPull } from './follow-code.ts';
import type { Answer, MergeBody } from './merging.ts';
import { mergePull } from './merging.ts';
import type { World } from './world.ts';
import { asOwner, pullRow, repositoryRow } from './world.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** As it came with the request. */
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
}

const notFound: Answer = { status: 404, body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' } };

type Route = readonly [
  method: string,
  path: RegExp,
  answer: (world: World, asked: Asked, ...parts: string[]) => Promise<Answer | undefined> | Answer | undefined,
];

const repo = String.raw`^/repos/[^/]+/[^/]+`;

/** What the emulation lacks, or does otherwise than GitHub's documentation says. */
const routes: readonly Route[] = [
  ['POST', /^\/graphql$/, graphql],
  ['POST', new RegExp(`${repo}/pulls$`), refusedPull],
  [
    'PUT',
    new RegExp(`${repo}/pulls/(\\d+)/merge$`),
    async (world, { body, token }, number = '') => await mergePull(world, Number(number), body as MergeBody, token),
  ],
  ['GET', new RegExp(`${repo}/pulls/(\\d+)/files$`), pullFiles],
  ['POST', new RegExp(`${repo}/statuses/([\\da-f]{40})$`), addStatus],
  ['GET', new RegExp(`${repo}/commits/([\\da-f]{40})/status$`), combinedStatus],
  ['GET', new RegExp(`${repo}/issues/events$`), issueEvents],
  ['GET', new RegExp(`${repo}/issues/(\\d+)/events$`), eventsOfIssue],
  ['GET', new RegExp(`${repo}/issues/comments$`), issueComments],
  ['GET', new RegExp(`${repo}/actions/jobs/(\\d+)$`), job],
  [
    'GET',
    new RegExp(`${repo}/actions/jobs/(\\d+)/logs$`),
    (world, _, id = '') =>
      world.jobs.has(Number(id)) ? { status: 302, body: undefined, headers: { location: `${world.url}/_logs/${id}` } } : notFound,
  ],
  ['DELETE', new RegExp(`${repo}/git/refs/heads(?:/|%2F)(.+)$`), deleteRef],
  ['GET', /^\/user\/(\d+)$/, userById],
  ['GET', /^\/installation\/repositories$/, installationRepositories],
  ['GET', new RegExp(`${repo}/collaborators/([^/]+)/permission$`), permission],
];

export async function addition(world: World, asked: Asked): Promise<Answer | undefined> {
  for (const [method, path, answer] of routes) {
    const found = method === asked.method ? path.exec(asked.path) : null;
    if (found !== null) return await answer(world, asked, ...found.slice(1).map(decodeURIComponent));
  }
  return undefined;
}

/** Of a pull request that GitHub would not take; the emulation takes any. */
function refusedPull({ code, emulation, owner }: World, { body }: Asked): Answer | undefined {
  const { head, base } = body as { readonly head: string; readonly base: string };
  const branches = code.branches();
  const refused = (error: object): Answer => ({
    status: 422,
    body: {
      message: 'Validation Failed',
      errors: [{ resource: 'PullRequest', ...error }],
      documentation_url: 'https://docs.github.com/rest/pulls/pulls#create-a-pull-request',
    },
  });
  const invalid = [head, base].find((branch) => !branches.has(branch));
  if (invalid !== undefined) return refused({ field: invalid === head ? 'head' : 'base', code: 'invalid' });
  const isOpen = emulation.tables.pullRequests
    .all()
    .some((row) => row['state'] === 'open' && row['head_ref'] === head && row['base_ref'] === base);
  if (isOpen) return refused({ code: 'custom', message: `A pull request already exists for ${owner}:${head}.` });
  const [from = '', to = ''] = [branches.get(base), branches.get(head)];
  return code.mergeBase(from, to) === to ? refused({ code: 'custom', message: `No commits between ${base} and ${head}` }) : undefined;
}

async function graphql(world: World, { body }: Asked): Promise<Answer> {
  const { query, variables } = body as { readonly query: string; readonly variables: { readonly id: string } };
  if (!query.includes('markPullRequestReadyForReview'))
    return { status: 200, body: { errors: [{ type: 'INVALID', message: 'unknown query' }] } };
  const row = world.emulation.tables.pullRequests.all().find((pull) => pull['node_id'] === variables.id);
  if (row === undefined)
    return {
      status: 200,
      body: { data: null, errors: [{ type: 'NOT_FOUND', message: `Could not resolve to a node with the global id of '${variables.id}'` }] },
    };
  world.emulation.tables.pullRequests.update(row.id, { draft: false });
  await tellPull(world, Number(row['number']), 'ready_for_review');
  return { status: 200, body: { data: { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } } } };
}

function pullFiles(world: World, _: Asked, number = ''): Answer {
  const row = pullRow(world, Number(number));
  if (row === undefined) return notFound;
  const files = world.code.changedFiles(world.code.mergeBase(String(row['base_sha']), String(row['head_sha'])), String(row['head_sha']));
  const url = `${world.url}/${world.owner}/${world.name}`;
  const at = `${url}/blob/${String(row['head_sha'])}`;
  return {
    status: 200,
    body: files.map((filename) => ({
      sha: '0'.repeat(40),
      filename,
      status: 'modified',
      additions: 0,
      deletions: 0,
      changes: 0,
      blob_url: `${at}/${filename}`,
      raw_url: `${at}/${filename}`,
      contents_url: `${at}/${filename}`,
    })),
  };
}

interface StatusBody {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly context?: string;
  readonly description?: string;
}

async function addStatus(world: World, { body }: Asked, sha = ''): Promise<Answer> {
  const { state, context = 'default', description } = body as StatusBody;
  const status = {
    id: world.statuses.length + 1,
    sha,
    context,
    state,
    description: description ?? null,
    target_url: null,
    at: new Date().toISOString(),
  };
  world.statuses.push(status);
  const { owner, name } = world;
  const repository = await (await world.emulation.ask({ method: 'GET', path: `/repos/${owner}/${name}`, headers: asOwner })).json();
  await world.dispatch(
    'status',
    undefined,
    { id: status.id, sha, name: `${owner}/${name}`, context, state, description, repository },
    owner,
    name,
  );
  return { status: 201, body: simpleStatus(world, status) };
}

function simpleStatus(world: World, { id, sha, context, state, description, target_url, at }: World['statuses'][number]): object {
  const url = `${world.url}/repos/${world.owner}/${world.name}/statuses/${sha}`;
  return {
    url,
    id,
    node_id: `S_${id}`,
    state,
    context,
    description,
    target_url,
    avatar_url: null,
    required: null,
    creator: null,
    created_at: at,
    updated_at: at,
  };
}

async function combinedStatus(world: World, { headers }: Asked, sha = ''): Promise<Answer> {
  const newest = new Map(world.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]));
  const all = [...newest.values()];
  const state = all.some((status) => status.state === 'failure' || status.state === 'error')
    ? 'failure'
    : all.length === 0 || all.some((status) => status.state === 'pending')
      ? 'pending'
      : 'success';
  const { owner, name, url } = world;
  const repository = await (await world.emulation.ask({ method: 'GET', path: `/repos/${owner}/${name}`, headers })).json();
  return {
    status: 200,
    body: {
      state,
      statuses: all.map((status) => simpleStatus(world, status)),
      sha,
      total_count: all.length,
      repository,
      commit_url: `${url}/repos/${owner}/${name}/commits/${sha}`,
      url: `${url}/repos/${owner}/${name}/commits/${sha}/status`,
    },
  };
}

/** The emulation knows them by issue only. */
async function issueEvents(world: World, { headers, query }: Asked): Promise<Answer> {
  const { owner, name } = world;
  const { id } = repositoryRow(world);
  const numbers = new Set(world.emulation.tables.issueEvents.findBy('repo_id', id).map((row) => Number(row['issue_number'])));
  const all: Array<{ readonly id: number; readonly event: string; readonly label: object | null }> = [];
  for (const number of numbers) {
    const answer = await world.emulation.ask({
      method: 'GET',
      path: `/repos/${owner}/${name}/issues/${number}/events?per_page=100`,
      headers,
    });
    // It has none of pull requests.
    if (answer.ok) all.push(...((await answer.json()) as typeof all));
  }
  const sorted = all
    .toSorted((left, right) => right.id - left.id)
    .map((event) =>
      Object.fromEntries(
        Object.entries(event).filter(([key, value]) => value !== null || !['label', 'milestone', 'rename', 'assignee'].includes(key)),
      ),
    );
  return pageOf(world, 'issues/events', query, sorted);
}

/** The emulation fills in every field that any kind of event has; of labels alone they are as GitHub describes them. */
async function eventsOfIssue(world: World, { headers, path, query }: Asked): Promise<Answer> {
  const answer = await world.emulation.ask({ method: 'GET', path: `${path}?per_page=100`, headers });
  if (!answer.ok) return { status: answer.status, body: await answer.json() };
  const all = (await answer.json()) as ReadonlyArray<{ readonly event: string }>;
  const ofLabels = all
    .filter(({ event }) => event === 'labeled' || event === 'unlabeled')
    .map((event) => ({
      ...Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)),
      commit_id: null,
      commit_url: null,
      performed_via_github_app: null,
    }));
  return pageOf(world, path.split('/').slice(4).join('/'), query, ofLabels);
}

/** Its route is hidden behind the one of a single issue. */
async function issueComments(world: World, { headers, query }: Asked): Promise<Answer> {
  const { owner, name } = world;
  const since = Date.parse(query.get('since') ?? '') || 0;
  const all: Array<{ readonly id: number; readonly updated_at: string; readonly html_url: string }> = [];
  for (const { number, is_pull_request: isPull } of world.emulation.tables.issues.findBy('repo_id', repositoryRow(world).id)) {
    const answer = await world.emulation.ask({
      method: 'GET',
      path: `/repos/${owner}/${name}/issues/${number}/comments?per_page=100`,
      headers,
    });
    if (!answer.ok) return { status: answer.status, body: await answer.json() };
    const comments = (await answer.json()) as typeof all;
    all.push(
      ...comments.map((comment) => (isPull === true ? { ...comment, html_url: comment.html_url.replace('/issues/', '/pull/') } : comment)),
    );
  }
  const young = all.filter(({ updated_at: at }) => Date.parse(at) >= since).toSorted((left, right) => left.id - right.id);
  return pageOf(world, 'issues/comments', query, young);
}

function pageOf({ url, owner, name }: World, path: string, query: URLSearchParams, all: readonly unknown[]): Answer {
  const page = Number(query.get('page') ?? 1);
  const size = Number(query.get('per_page') ?? 30);
  const next = new URLSearchParams(query);
  next.set('page', String(page + 1));
  const link = `<${url}/repos/${owner}/${name}/${path}?${next.toString()}>; rel="next"`;
  return { status: 200, body: all.slice((page - 1) * size, page * size), headers: page * size < all.length ? { link } : {} };
}

function job(world: World, _: Asked, id = ''): Answer {
  const log = world.jobs.get(Number(id));
  if (log === undefined) return notFound;
  const url = `${world.url}/repos/${world.owner}/${world.name}`;
  const row = world.emulation.tables.checkRuns.get(Number(id));
  const started = new Date(Date.parse(log.completedAt) - 5_000).toISOString();
  const step = (number: number, name: string, conclusion: string) => ({
    name,
    status: 'completed',
    conclusion,
    number,
    started_at: started,
    completed_at: log.completedAt,
  });
  return {
    status: 200,
    body: {
      id: Number(id),
      run_id: 1,
      run_url: `${url}/actions/runs/1`,
      node_id: `J_${id}`,
      head_sha: row?.['head_sha'],
      url: `${url}/actions/jobs/${id}`,
      html_url: `${url}/actions/runs/1/job/${id}`,
      status: 'completed',
      conclusion: log.conclusion,
      created_at: started,
      started_at: started,
      completed_at: log.completedAt,
      name: row?.['name'],
      steps: [step(1, 'Set up job', 'success'), step(2, log.step, log.conclusion), step(3, 'Post checkout', 'success')],
      check_run_url: `${url}/check-runs/${id}`,
      labels: ['ubuntu-latest'],
      runner_id: 1,
      runner_name: 'runner',
      runner_group_id: 1,
      runner_group_name: 'Default',
      workflow_name: 'CI',
      head_branch: 'main',
    },
  };
}

function deleteRef({ code }: World, _: Asked, branch = ''): Answer {
  if (!code.branches().has(branch))
    return {
      status: 422,
      body: { message: 'Reference does not exist', documentation_url: 'https://docs.github.com/rest/git/refs#delete-a-reference' },
    };
  code.deleteBranch(branch);
  return { status: 204, body: undefined };
}

async function userById(world: World, { headers }: Asked, id = ''): Promise<Answer> {
  const user = world.emulation.tables.users.get(Number(id));
  if (user === undefined) return notFound;
  const answer = await world.emulation.ask({ method: 'GET', path: `/users/${encodeURIComponent(String(user['login']))}`, headers });
  return { status: answer.status, body: await answer.json() };
}

async function installationRepositories(world: World, { headers }: Asked): Promise<Answer> {
  const { owner, name } = world;
  const repository = await (await world.emulation.ask({ method: 'GET', path: `/repos/${owner}/${name}`, headers })).json();
  return { status: 200, body: { total_count: 1, repositories: [repository], repository_selection: 'selected' } };
}

/** In GitHub's words: maintain is write and triage is read to those who know no more, `role_name` tells which. A repository is open to everybody. */
async function permission(world: World, { headers }: Asked, login = ''): Promise<Answer> {
  const [user] = world.emulation.tables.users.findBy('login', login);
  if (user === undefined) return notFound;
  const { id, owner_id: owner } = repositoryRow(world);
  const row = world.emulation.tables.collaborators.findBy('repo_id', id).find((candidate) => candidate['user_id'] === user.id);
  const role =
    owner === user.id
      ? 'admin'
      : String(row?.['permission'] ?? 'none')
          .replace('push', 'write')
          .replace('pull', 'read');
  const legacy = { maintain: 'write', triage: 'read' }[role] ?? role;
  const person = await (await world.emulation.ask({ method: 'GET', path: `/users/${encodeURIComponent(login)}`, headers })).json();
  const rank = ['none', 'read', 'triage', 'write', 'maintain', 'admin'].indexOf(role);
  const rights = { pull: rank >= 1, triage: rank >= 2, push: rank >= 3, maintain: rank >= 4, admin: rank >= 5 };
  return {
    status: 200,
    body: { permission: legacy, role_name: role, user: { ...(person as object), role_name: role, permissions: rights } },
  };
}
