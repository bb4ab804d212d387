import type { z } from 'zod';
import type { ReadDelivery } from '../../../domain/forge-event.ts';
import {
  readCheckRun,
  readCheckSuite,
  readInstallation,
  readInstallationRepositories,
  readPush,
  readStatus,
  readWorkflowRun,
} from './code-events.ts';
import { ignored, readIssueComment, readIssues, readPullRequest, readReview } from './issue-events.ts';
import * as schemas from './schemas.ts';

/** How each event is read that we know. */
const readers: ReadonlyMap<string, (payload: unknown) => ReadDelivery> = new Map([
  ['issues', reading(schemas.issuesPayload, readIssues)],
  ['issue_comment', reading(schemas.issueCommentPayload, readIssueComment)],
  ['pull_request', reading(schemas.pullRequestPayload, readPullRequest)],
  ['pull_request_review', reading(schemas.reviewPayload, readReview)],
  ['check_run', reading(schemas.checkRunPayload, readCheckRun)],
  ['check_suite', reading(schemas.checkSuitePayload, readCheckSuite)],
  ['workflow_run', reading(schemas.workflowRunPayload, readWorkflowRun)],
  ['status', reading(schemas.statusPayload, readStatus)],
  ['push', reading(schemas.pushPayload, readPush)],
  ['installation', reading(schemas.installationPayload, readInstallation)],
  ['installation_repositories', reading(schemas.installationRepositoriesPayload, readInstallationRepositories)],
]);

function reading<Schema extends z.ZodType>(schema: Schema, read: (payload: z.infer<Schema>) => ReadDelivery) {
  return (payload: unknown): ReadDelivery => {
    const checked = schema.safeParse(payload);
    if (checked.success) return read(checked.data);
    const [issue] = checked.error.issues;
    return { kind: 'malformed', reason: `${issue?.path.map(String).join('.') ?? ''}: ${issue?.code ?? 'invalid'}`.slice(0, 100) };
  };
}

/**
 * Reads a payload that was signed.
 *
 * @param repositories in lower case; events of others are ignored, unless it is empty.
 */
export function readPayload(event: string, body: Buffer, repositories: ReadonlySet<string>): ReadDelivery {
  if (event === 'ping') return ignored('ping');
  const read = readers.get(event);
  if (read === undefined) return ignored('unknown-event');
  let payload: unknown;
  try {
    payload = JSON.parse(body.toString('utf8'));
  } catch {
    return { kind: 'malformed', reason: 'no JSON' };
  }
  const delivery = read(payload);
  if (delivery.kind !== 'event' || repositories.size === 0) return delivery;
  return limited(delivery.event, repositories);
}

function limited(event: Extract<ReadDelivery, { kind: 'event' }>['event'], allowed: ReadonlySet<string>): ReadDelivery {
  if (event.kind !== 'installation') {
    return allowed.has(event.repository.toLowerCase()) ? { kind: 'event', event } : ignored('repository');
  }
  const repositories = event.repositories.filter((name) => allowed.has(name.toLowerCase()));
  const [repository] = repositories;
  return repository === undefined ? ignored('repository') : { kind: 'event', event: { ...event, repository, repositories } };
}
