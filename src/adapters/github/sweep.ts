import type { ForgeEvent, ForgeHappening } from '../../domain/forge-event.ts';
import type { ForgeUser } from '../../domain/forge.ts';
import { isOurs } from '../../domain/forge.ts';
import type { Access } from './access.ts';
import { listChecks } from './checks.ts';
import { listCommentsSince } from './comments.ts';
import { digest, identities } from './identity.ts';
import { listOpenIssues } from './issues.ts';
import { ownerAndRepo } from './place.ts';
import { headBranchOf, issueOf, pullOf, userOf } from './shapes.ts';

export interface SweepRequest {
  readonly repository: string;
  readonly repositoryId: string;
  /** The label whose coming and going is looked for. */
  readonly label: string;
  /** Epoch ms. */
  readonly since: number;
  /** Pull requests of ours that are open as far as we know. */
  readonly watched: readonly number[];
}

const mostPages = 10;

type Found = Pick<ForgeEvent, 'identity' | 'sender' | 'at'> & ForgeHappening;

/** What happened since then, oldest kinds of news first: issues, comments, then the pull requests that are watched. */
export async function missed(access: Access, request: SweepRequest): Promise<readonly ForgeEvent[]> {
  const { found: events, withLabel } = await issueEvents(access, request);
  const found: Found[] = [...(await opened(access, request, withLabel)), ...events, ...(await comments(access, request))];
  for (const number of request.watched) found.push(...(await pullRequest(access, request, number)));
  return found.map((event) => ({ forge: 'github', repository: request.repository, ...event }));
}

/** @param withLabel issues that came to the trigger label by an event of its own: they were not opened with it. */
async function opened(
  { client, guard }: Access,
  { repository, repositoryId, label, since }: SweepRequest,
  withLabel: ReadonlySet<number>,
): Promise<readonly Found[]> {
  const options = { ...ownerAndRepo(repository), state: 'open', sort: 'created', direction: 'desc', per_page: 100 } as const;
  const found: Found[] = [];
  await guard(`list the issues of ${repository}`, async () => {
    let pages = 0;
    for await (const { data } of client.paginate.iterator(client.rest.issues.listForRepo, options)) {
      const young = data.filter(({ created_at: at }) => Date.parse(at) >= since);
      for (const issue of young) {
        if (issue.pull_request !== undefined || isBot(userOf(issue.user))) continue;
        const identity = identities(repositoryId).opened(issue.number);
        const whole = issueOf(issue);
        const labels = withLabel.has(issue.number) ? whole.labels.filter((name) => !isSame(name, label)) : whole.labels;
        const then = { ...whole, labels };
        found.push({ kind: 'issue', action: 'opened', issue: then, label: undefined, identity, sender: whole.author });
      }
      pages += 1;
      if (young.length < data.length || pages === mostPages) break;
    }
  });
  return found.toReversed();
}

/**
 * Newest first, so reading ends at the first that is older.
 * @returns with them the issues that came to the trigger label by one of them, whoever put it on.
 */
async function issueEvents(
  { client, guard }: Access,
  request: SweepRequest,
): Promise<{ readonly found: readonly Found[]; readonly withLabel: ReadonlySet<number> }> {
  const { repository, since } = request;
  const found: Found[] = [];
  const withLabel = new Set<number>();
  await guard(`list what happened to the issues of ${repository}`, async () => {
    let pages = 0;
    for await (const { data } of client.paginate.iterator(client.rest.issues.listEventsForRepo, {
      ...ownerAndRepo(repository),
      per_page: 100,
    })) {
      const young = data.filter(({ created_at: at }) => Date.parse(at) >= since);
      found.push(...young.flatMap((event) => issueEvent(event, request)));
      for (const event of young) if (isLabelling(event, request.label) && event.issue) withLabel.add(event.issue.number);
      pages += 1;
      if (young.length < data.length || pages === mostPages) break;
    }
  });
  return { found: found.toReversed(), withLabel };
}

const mostLabelled = 200;

/**
 * The open issues that carry the label, each as the event by which it came to it last; one that has no such event was opened with it. What a program
 * has labelled is left out.
 */
export async function labelled(access: Access, request: Omit<SweepRequest, 'since' | 'watched'>): Promise<readonly ForgeEvent[]> {
  const { client, guard } = access;
  const { repository, repositoryId, label } = request;
  const issues = await listOpenIssues(access, repository, label);
  const found: Found[] = [];
  for (const issue of issues.slice(0, mostLabelled)) {
    const { number, author: sender } = issue;
    const at = { ...ownerAndRepo(repository), issue_number: number, per_page: 100 };
    const events = await guard(
      `list what happened to ${repository}#${number}`,
      async () => await client.paginate(client.rest.issues.listEvents, at),
    );
    const last = events.findLast((event) => isLabelling(event as GithubIssueEvent, label)) as GithubIssueEvent | undefined;
    if (last !== undefined) {
      const when = Date.parse(last.created_at);
      const identity = identities(repositoryId).labeled(number, last.label?.name ?? '', when);
      const by = userOf(last.actor);
      if (!isBot(by))
        found.push({ kind: 'issue', action: 'labeled', issue, label: last.label?.name ?? '', at: when, identity, sender: by });
    } else if (!isBot(sender))
      found.push({ kind: 'issue', action: 'opened', issue, label: undefined, identity: identities(repositoryId).opened(number), sender });
  }
  return found.map((event) => ({ forge: 'github', repository, ...event }));
}

function isLabelling({ event, label }: Pick<GithubIssueEvent, 'event' | 'label'>, wanted: string): boolean {
  return event === 'labeled' && isSame(label?.name ?? '', wanted);
}

/** GitHub tells names of labels apart without regard to case. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

interface GithubIssueEvent {
  readonly event: string;
  readonly created_at: string;
  readonly actor: Parameters<typeof userOf>[0];
  readonly issue?: (Parameters<typeof issueOf>[0] & { readonly pull_request?: unknown }) | null;
  readonly label?: { readonly name?: string | null };
}

function issueEvent(told: GithubIssueEvent, { repositoryId, label: wanted }: SweepRequest): Found[] {
  const { event, issue, actor, label } = told;
  const at = Date.parse(told.created_at);
  if (issue === undefined || issue === null || issue.pull_request !== undefined) return [];
  const sender = userOf(actor);
  const identity = identities(repositoryId);
  const shared = { kind: 'issue', issue: issueOf(issue), sender } as const;
  if (event === 'labeled' || event === 'unlabeled') {
    const name = label?.name ?? '';
    if (name.toLowerCase() !== wanted.toLowerCase() || (event === 'labeled' && isBot(sender))) return [];
    return [{ ...shared, action: event, label: name, at, identity: identity[event](issue.number, name, at) }];
  }
  if (event === 'closed' || event === 'reopened') {
    if (event === 'reopened' && isBot(sender)) return [];
    return [{ ...shared, action: event, label: undefined, identity: identity.issueChanged(issue.number, event, at) }];
  }
  return [];
}

async function comments(access: Access, { repository, repositoryId, since }: SweepRequest): Promise<readonly Found[]> {
  const all = await listCommentsSince(access, repository, since);
  return all
    .filter(({ author, body }) => !isBot(author) && !isOurs(body))
    .map(({ number, isPullRequest, ...comment }) => ({
      kind: 'comment',
      issue: number,
      isPullRequest,
      comment,
      identity: identities(repositoryId).comment(comment.id),
      sender: comment.author,
    }));
}

async function pullRequest(access: Access, request: SweepRequest, number: number): Promise<readonly Found[]> {
  const { client, guard } = access;
  const { repository, repositoryId, since } = request;
  const identity = identities(repositoryId);
  const at = { ...ownerAndRepo(repository), pull_number: number };
  const { pull, reviews } = await guard(`show the pull request ${repository}#${number}`, async () => ({
    pull: (await client.rest.pulls.get(at)).data,
    reviews: await client.paginate(client.rest.pulls.listReviews, { ...at, per_page: 100 }),
  }));
  const { state, head } = pullOf(pull);
  const shared = { kind: 'pull-request', number, head: { branch: headBranchOf(pull), commit: head.commit } } as const;
  const found: Found[] = [];
  if (state === 'merged') {
    found.push({
      ...shared,
      action: 'merged',
      identity: identity.merged(number),
      sender: pull.merged_by === null ? undefined : userOf(pull.merged_by),
    });
  } else if (state === 'closed') {
    found.push({ ...shared, action: 'closed', identity: identity.pullClosed(number, Date.parse(pull.closed_at ?? '')), sender: undefined });
  } else {
    found.push({ ...shared, action: 'changed', identity: identity.pullHead(number, head.commit), sender: undefined });
  }
  for (const review of reviews) {
    const stands = reviewStates[review.state.toLowerCase()];
    const sender = userOf(review.user);
    if (stands === undefined || Date.parse(review.submitted_at ?? '') < since || isBot(sender) || isOurs(review.body)) continue;
    const commit = review.commit_id ?? undefined;
    const told = { kind: 'review', number, state: stands, body: review.body, ...(commit === undefined ? {} : { commit }) } as const;
    found.push({ ...told, identity: identity.review(review.id), sender });
  }
  if (state === 'open') {
    const checks = await listChecks(access, repository, head.commit);
    const stand = digest(
      checks
        .map(({ id, state: now, conclusion }) => `${id} ${now} ${conclusion}`)
        .sort()
        .join('\n'),
    );
    if (checks.length > 0) {
      found.push({ kind: 'checks', commit: head.commit, identity: identity.checks('all', head.commit, stand), sender: undefined });
    }
  }
  return found;
}

export const reviewStates: Readonly<Record<string, 'approved' | 'changes-requested' | 'commented' | undefined>> = {
  approved: 'approved',
  changes_requested: 'changes-requested',
  commented: 'commented',
};

function isBot({ isBot: bot }: ForgeUser): boolean {
  return bot;
}
