import type { z } from 'zod';
import type { ReadDelivery } from '../../../domain/forge-event.ts';
import { isOurs } from '../../../domain/forge.ts';
import { identities } from '../identity.ts';
import { commentOf, headBranchOf, issueOf, userOf } from '../shapes.ts';
import { reviewStates } from '../sweep.ts';
import type { issueCommentPayload, issuesPayload, pullRequestPayload, reviewPayload } from './schemas.ts';

/**
 * What of issues, comments and pull requests means something to us. What a bot does starts nothing and answers nothing; what it ends, such as
 * closing an issue, counts.
 */

type Told = { readonly repository: { readonly id: number; readonly full_name: string }; readonly sender?: Parameters<typeof userOf>[0] };

export function ignored(reason: string): ReadDelivery {
  return { kind: 'ignored', reason };
}

/** What every event of a repository carries. */
export function shared({ repository, sender }: Told) {
  return {
    forge: 'github',
    repository: repository.full_name,
    sender: sender === null || sender === undefined ? undefined : userOf(sender),
  };
}

const endings = ['closed', 'unlabeled', 'deleted', 'transferred'] as const;
const beginnings = ['opened', 'edited', 'reopened', 'labeled'] as const;

export function readIssues(payload: z.infer<typeof issuesPayload>): ReadDelivery {
  const action = [...endings, ...beginnings].find((known) => known === payload.action);
  if (action === undefined) return ignored('unknown-action');
  if (payload.issue.pull_request !== undefined && payload.issue.pull_request !== null) return ignored('unknown-action');
  const about = shared(payload);
  if (about.sender?.isBot === true && !endings.some((ending) => ending === action)) return ignored('bot');
  const isAboutLabel = action === 'labeled' || action === 'unlabeled';
  const label = isAboutLabel ? payload.label?.name : undefined;
  // The label itself was deleted from the repository: which one it was, GitHub tells in an event of its own.
  if (isAboutLabel && label === undefined) return ignored('no-label');
  const issue = issueOf(payload.issue);
  return { kind: 'event', event: { ...about, kind: 'issue', action, issue, label, identity: identityOf(payload, action, label ?? '') } };
}

function identityOf({ repository, issue }: z.infer<typeof issuesPayload>, action: string, label: string): string {
  const identity = identities(repository.id);
  const at = Date.parse(issue.updated_at);
  switch (action) {
    case 'opened':
      return identity.opened(issue.number);
    case 'labeled':
    case 'unlabeled':
      return identity[action](issue.number, label, at);
    case 'closed':
      return identity.issueChanged(issue.number, action, Date.parse(issue.closed_at ?? issue.updated_at));
    default:
      return identity.issueChanged(issue.number, action, at);
  }
}

export function readIssueComment(payload: z.infer<typeof issueCommentPayload>): ReadDelivery {
  if (payload.action !== 'created') return ignored('unknown-action');
  const comment = commentOf(payload.comment);
  if (isOurs(comment.body)) return ignored('own');
  const about = shared(payload);
  if (comment.author.isBot || about.sender?.isBot === true) return ignored('bot');
  return {
    kind: 'event',
    event: {
      ...about,
      kind: 'comment',
      issue: payload.issue.number,
      isPullRequest: payload.issue.pull_request !== undefined && payload.issue.pull_request !== null,
      comment,
      identity: identities(payload.repository.id).comment(comment.id),
    },
  };
}

const changes = ['opened', 'synchronize', 'edited', 'ready_for_review', 'converted_to_draft', 'labeled', 'unlabeled'];

export function readPullRequest(payload: z.infer<typeof pullRequestPayload>): ReadDelivery {
  const { pull_request: pull, action = '' } = payload;
  const identity = identities(payload.repository.id);
  const { number, head } = pull;
  const event = {
    ...shared(payload),
    kind: 'pull-request',
    number,
    head: { branch: headBranchOf(pull), commit: head.sha },
  } as const;
  const updated = Date.parse(pull.updated_at);
  if (action === 'closed' && pull.merged === true) {
    return { kind: 'event', event: { ...event, action: 'merged', identity: identity.merged(number) } };
  }
  if (action === 'closed') {
    const closed = Date.parse(pull.closed_at ?? pull.updated_at);
    return { kind: 'event', event: { ...event, action, identity: identity.pullClosed(number, closed) } };
  }
  if (action === 'reopened') return { kind: 'event', event: { ...event, action, identity: identity.pullChanged(number, action, updated) } };
  if (!changes.includes(action)) return ignored('unknown-action');
  const isNewHead = action === 'opened' || action === 'synchronize';
  const name = isNewHead ? identity.pullHead(number, head.sha) : identity.pullChanged(number, action, updated);
  return { kind: 'event', event: { ...event, action: 'changed', identity: name } };
}

export function readReview(payload: z.infer<typeof reviewPayload>): ReadDelivery {
  if (payload.action !== 'submitted') return ignored('unknown-action');
  const state = reviewStates[payload.review.state.toLowerCase()];
  if (state === undefined) return ignored('unknown-action');
  const body = payload.review.body ?? '';
  if (isOurs(body)) return ignored('own');
  const sender = userOf(payload.review.user);
  if (sender.isBot) return ignored('bot');
  const { number } = payload.pull_request;
  const identity = identities(payload.repository.id).review(payload.review.id);
  const commit = payload.review.commit_id ?? undefined;
  const about = { ...shared(payload), ...(commit === undefined ? {} : { commit }) };
  return { kind: 'event', event: { ...about, sender, kind: 'review', number, state, body, identity } };
}
