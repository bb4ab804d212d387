import { join } from 'node:path';
import type { ForgeUser, MergeMethod, Permission } from '../../../src/domain/forge.ts';
import type { GithubSettings } from '../../../src/adapters/github/settings.ts';
import { systemClock } from '../../../src/adapters/clock.ts';
import { temporaryFolder } from '../temporary.ts';
import { appKey } from './app-token.ts';
import type { Code } from './code.ts';
import { makeCode } from './code.ts';
import type { Deliveries } from './deliveries.ts';
import { createDeliveries } from './deliveries.ts';
import type { Dispatch, Emulation } from './emulation.ts';
import { startEmulation } from './emulation.ts';
import type { FaultOrder } from './faults.ts';
import { followCode } from './follow-code.ts';
import type { SeenRequest } from './front.ts';
import { openFront } from './front.ts';
import { people } from './people.ts';
import type { CheckState } from './set-check.ts';
import { setCheck } from './set-check.ts';
import type { Rules, World } from './world.ts';
import { askAs, ownerToken, repositoryRow, withPullRequest } from './world.ts';

export interface StandIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly labels: ReadonlyArray<{ readonly name: string }>;
}

export interface StandComment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly id: number; readonly login: string };
}

export interface StandPullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly draft: boolean;
  readonly merged: boolean;
  readonly merge_commit_sha: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly labels: ReadonlyArray<{ readonly name: string }>;
}

/**
 * GitHub as far as we use it, over real HTTP, with one repository `acme/widgets` whose code is a real bare repository: an emulation behind a
 * front of ours, which adds what that lacks and holds every exchange against GitHub's own description.
 */
export interface GithubStand extends AsyncDisposable {
  /** The address of its API. */
  readonly url: string;
  /** Where the code lies, as `forge.github.git` has it. */
  readonly git: string;
  /** `acme/widgets` */
  readonly repository: string;
  readonly code: Code;
  /** Of the user `miyabi-user`, who may write. */
  readonly token: string;
  /** Of the App `miyabi-app`, installed for the repository. */
  readonly app: { readonly id: number; readonly privateKey: string; readonly slug: string };
  /** To open our adapter with. */
  settings(change?: Partial<GithubSettings>): GithubSettings;
  /** Every request of our client since the stand was opened. */
  readonly requests: readonly SeenRequest[];
  /** @throws where an exchange was not as GitHub describes it, told or asked. */
  assertAsDescribed(): void;
  /** Things go wrong from now on, as often as is said; faults are used up in this order. */
  fail(order: FaultOrder): void;
  /** Nothing goes wrong from now on. */
  heal(): void;

  person(permission: Permission): Promise<ForgeUser>;
  createIssue(issue: {
    readonly title: string;
    readonly body?: string;
    readonly labels?: readonly string[];
    readonly author?: ForgeUser;
  }): Promise<number>;
  label(number: number, label: string): Promise<void>;
  unlabel(number: number, label: string): Promise<void>;
  comment(number: number, author: ForgeUser, body: string): Promise<number>;
  closeIssue(number: number): Promise<void>;
  /** With a log it is a job of Actions whose step `Run tests` printed it. */
  setCheck(commit: string, name: string, state: CheckState, log?: string): Promise<void>;
  /** An older service tells of a commit. */
  setStatus(commit: string, context: string, state: 'pending' | 'success' | 'failure' | 'error'): Promise<void>;
  review(number: number, author: ForgeUser, state: 'approved' | 'changes-requested' | 'commented', body: string): Promise<void>;
  allowMethods(methods: readonly MergeMethod[]): void;
  protect(rules: Rules): void;
  closePullRequest(number: number): Promise<void>;
  mergePullRequest(number: number): Promise<void>;
  issue(number: number): Promise<StandIssue>;
  comments(number: number): Promise<readonly StandComment[]>;
  pullRequests(): Promise<readonly StandPullRequest[]>;

  /** Everything that happens from now on is told there, signed. */
  webhooksTo(url: string, secret: string): void;
  readonly deliveries: Pick<Deliveries, 'sent' | 'again' | 'settled'>;
  /** Notices what git alone has pushed, and tells of it. */
  lookAtCode(): Promise<void>;
}

const owner = 'acme';
const name = 'widgets';
const token = 'ghp_of_the_stand';
const appId = 4_711;
const slug = 'miyabi-app';

/** Opens one in less than a second; each has a port, a folder and records of its own. */
export async function openGithubStand(): Promise<GithubStand> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder());
  const front = opening.use(await openFront());
  const code = makeCode(join(folder.path, owner, `${name}.git`));
  const git = `file://${folder.path}/<repository>.git`;
  code.commitOn('main', { 'README.md': '# widgets\n' }, 'First');
  const key = appKey();
  const deliveries = createDeliveries();
  const permissions = {
    issues: 'write',
    pull_requests: 'write',
    contents: 'write',
    checks: 'read',
    actions: 'read',
    statuses: 'read',
    metadata: 'read',
  };
  let inside: Emulation | undefined;
  const dispatch: Dispatch = async (event, action, payload) =>
    await Promise.resolve(deliveries.tell(event, action, inside === undefined ? payload : withPullRequest(inside, payload)));
  const emulation = await startEmulation({
    baseUrl: front.url,
    dispatch,
    seed: {
      users: [{ login: owner }, { login: 'miyabi-user' }, { login: `${slug}[bot]` }],
      repos: [{ owner, name, private: true, auto_init: false }],
      apps: [
        {
          app_id: appId,
          slug,
          name: slug,
          private_key: key.privateKey,
          permissions,
          events: ['*'],
          installations: [{ installation_id: 77, account: owner, repository_selection: 'all', permissions }],
        },
      ],
    },
  });
  opening.defer(async () => await emulation.close());
  inside = emulation;
  const world: World = {
    url: front.url,
    owner,
    name,
    emulation,
    code,
    dispatch,
    statuses: [],
    jobs: new Map(),
    rules: { approvals: 0, checks: [] },
  };
  const knownPeople = people(world, token, slug);
  const follow = followCode(world);
  await follow();
  front.world = world;
  front.before = follow;
  front.publicKey = key.publicKey;

  const at = `/repos/${owner}/${name}`;
  const askOwner = async (method: string, path: string, body?: object): Promise<unknown> => {
    await follow();
    return await askAs(world, ownerToken, method, `${at}${path}`, body);
  };
  const as = async (author: ForgeUser, method: string, path: string, body?: object): Promise<unknown> => {
    await follow();
    return await askAs(world, knownPeople.tokenOf(author), method, `${at}${path}`, body);
  };
  const open = opening.move();
  return {
    url: front.url,
    git,
    repository: `${owner}/${name}`,
    code,
    token,
    app: { id: appId, privateKey: key.privateKey, slug },
    settings: (change = {}) => ({
      api: front.url,
      git,
      identity: { kind: 'token', token },
      repositories: [],
      label: 'miyabi',
      version: '0.0.0-test',
      clock: systemClock,
      ...change,
    }),
    requests: front.requests,
    assertAsDescribed: () => {
      if (front.violations.size > 0) throw new Error(`not as GitHub describes it:\n${[...front.violations].join('\n')}`);
    },
    fail: (order) => void front.faults.push(order),
    heal: () => void front.faults.splice(0),

    person: async (permission) => await Promise.resolve(knownPeople.person(permission)),
    createIssue: async ({ author, ...issue }) => {
      const writer = author ?? knownPeople.person('write');
      return ((await as(writer, 'POST', '/issues', issue)) as { readonly number: number }).number;
    },
    label: async (number, label) => void (await askOwner('POST', `/issues/${number}/labels`, { labels: [label] })),
    unlabel: async (number, label) => void (await askOwner('DELETE', `/issues/${number}/labels/${encodeURIComponent(label)}`)),
    comment: async (number, author, body) =>
      ((await as(author, 'POST', `/issues/${number}/comments`, { body })) as { readonly id: number }).id,
    closeIssue: async (number) => void (await askOwner('PATCH', `/issues/${number}`, { state: 'closed' })),
    setCheck: async (commit, check, state, log) => {
      await follow();
      await setCheck(world, ownerToken, { commit, name: check, state, log });
    },
    setStatus: async (commit, context, state) => {
      await follow();
      const answer = await fetch(`${front.url}${at}/statuses/${commit}`, {
        method: 'POST',
        headers: { authorization: `token ${ownerToken}` },
        body: JSON.stringify({ context, state }),
      });
      if (!answer.ok) throw new Error(`the status was refused with ${answer.status}`);
    },
    review: async (number, author, state, body) => {
      const event = { approved: 'APPROVE', 'changes-requested': 'REQUEST_CHANGES', commented: 'COMMENT' }[state];
      await as(author, 'POST', `/pulls/${number}/reviews`, { event, body });
    },
    allowMethods: (methods) => {
      const allowed = {
        allow_merge_commit: methods.includes('merge'),
        allow_squash_merge: methods.includes('squash'),
        allow_rebase_merge: methods.includes('rebase'),
      };
      emulation.tables.repos.update(repositoryRow(world).id, allowed);
    },
    protect: (rules) => {
      world.rules = rules;
    },
    closePullRequest: async (number) => void (await askOwner('PATCH', `/pulls/${number}`, { state: 'closed' })),
    mergePullRequest: async (number) => {
      const answer = await fetch(`${front.url}${at}/pulls/${number}/merge`, {
        method: 'PUT',
        headers: { authorization: `token ${ownerToken}` },
        body: JSON.stringify({ merge_method: 'squash' }),
      });
      if (!answer.ok) throw new Error(`the merge was refused with ${answer.status}: ${await answer.text()}`);
    },
    issue: async (number) => (await askOwner('GET', `/issues/${number}`)) as StandIssue,
    comments: async (number) => (await askOwner('GET', `/issues/${number}/comments?per_page=100`)) as readonly StandComment[],
    pullRequests: async () => (await askOwner('GET', '/pulls?state=all&direction=asc&per_page=100')) as readonly StandPullRequest[],

    webhooksTo: (url, secret) => deliveries.to(url, secret),
    deliveries,
    lookAtCode: follow,
    [Symbol.asyncDispose]: async () => {
      await deliveries.settled();
      await open.disposeAsync();
    },
  };
}
