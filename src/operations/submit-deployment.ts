import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import { parseIssue } from '../domain/issue.ts';
import { fromUsd } from '../domain/money.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { RunAttributes } from '../domain/run.ts';
import { resultBranch } from '../domain/run.ts';
import type { Cause } from '../domain/trace.ts';
import type { WhatToDeploy } from '../workflow/deploy/deploy-task-types.ts';
import { deployTasks } from '../workflow/deploy/deploy-tasks.ts';
import { causeOfDeployment } from './cause-of-deployment.ts';
import type { DeployPlace } from './deploy-place.ts';
import { readRepositoryConfiguration } from './repository-configuration.ts';
import type { StartedRun } from './start.ts';
import type { StartingPlace } from './starting-place.ts';
import type { OperationTools } from './tools.ts';

/** A deployment that could begin: everything that could refuse it was looked at, and nothing is stored. */
export interface PreparedDeployment {
  readonly at: DeployPlace;
  readonly start: StartingPlace;
  /** In a line, such as `Deploy r12 to staging, then production`. */
  readonly title: string;
  /** What a person should know before they say yes, a sentence each. */
  readonly notes: readonly string[];
  readonly what: WhatToDeploy;
  /** In their order. */
  readonly environments: readonly string[];
  readonly hotfix: boolean;
  readonly rollback: boolean;
}

/** By whom, and under which key it is the same run when it is asked for again. */
export interface DeploymentAsked {
  readonly startedBy: NonNullable<RunAttributes['startedBy']>;
  readonly idempotencyKey?: string;
  /** What else led to it, for traces. */
  readonly cause?: Cause | undefined;
}

/**
 * Begins a deployment as a run like any other, whose only work it is.
 * @throws Failure (notFoundOrLocked) where another one was begun by hand and is still open.
 */
export async function submitDeployment(
  tools: OperationTools,
  prepared: PreparedDeployment,
  { startedBy, idempotencyKey, cause }: DeploymentAsked,
): Promise<StartedRun> {
  const attributes = await attributesOf(tools, prepared, { startedBy, cause });
  const { what, environments, hotfix, rollback, title, notes } = prepared;
  const { repositoryId, config } = attributes;
  const submitted = await tools.engine.submit({
    title,
    groupKey: repositoryId,
    exclusiveKey: `deploy:${repositoryId}`,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    attributes,
    budget: { costMicroUsd: fromUsd(config.budget.issueUsd) },
    tasks: deployTasks(attributes, { what, environments: [...environments], hotfix, rollback }),
  });
  if (submitted.kind === 'already-open') throw alreadyOpen(displayId('run', submitted.jobId));
  const branch = resultBranch(config.branch.template, displayId('run', submitted.jobId));
  return { jobId: submitted.jobId, attributes, branch, notes };
}

async function attributesOf(
  tools: Pick<OperationTools, 'ownConfiguration' | 'engine' | 'ledger'>,
  { start, title, notes, what }: PreparedDeployment,
  { startedBy, cause }: Pick<DeploymentAsked, 'startedBy' | 'cause'>,
): Promise<RunAttributes> {
  const { base, mirror, repositoryId, place, author } = start;
  const files = await mirror.listFiles(base.commit);
  const { config } = resolveConfig([...tools.ownConfiguration, ...(await readRepositoryConfiguration(mirror, base.commit, files))]);
  const issue = parseIssue(`# ${title}\n\n${notes.join('\n')}`, { kind: 'text' });
  if (issue === undefined) throw new Error('a deployment has a title');
  return {
    schemaVersion: 2,
    issue,
    repositoryId,
    repository: place,
    base,
    author: author ?? { name: 'Miyabi', email: 'miyabi@localhost' },
    branchTemplate: config.branch.template,
    into: null,
    startedBy,
    ...togetherIn([cause, await causeOfDeployment(tools, repositoryId, what)]),
    // A question of a deployment is asked because something failed three times: it is for a person, whatever was said yes to before.
    approveAll: false,
    config,
  };
}

function togetherIn(causes: ReadonlyArray<Cause | undefined>): { readonly cause?: Cause } {
  const links = causes.flatMap((cause) => cause?.links ?? []);
  return links.length === 0 ? {} : { cause: { links } };
}

function alreadyOpen(run: string): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `${run} deploys this repository already.`,
      why: 'It was begun by hand too and has not ended; two at a time would take the environments from each other.',
      fix: `\`miyabi resume ${run}\` goes on with it or watches it, \`miyabi cancel ${run}\` ends it.`,
    },
    { facts: { run } },
  );
}
