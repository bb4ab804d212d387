import { createHash } from 'node:crypto';
import { parseAllowedAddress } from '../domain/allowed-address.ts';
import { analyseIssue } from '../domain/analysis.ts';
import type { Config } from '../domain/config.ts';
import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { authorOf, forgeOrigin, normalisedIssue } from '../domain/issue.ts';
import { chooseIsolation } from '../domain/isolation.ts';
import { fromUsd } from '../domain/money.ts';
import type { Plan } from '../domain/plan.ts';
import { planIssue } from '../domain/plan.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { RunAttributes } from '../domain/run.ts';
import { resultBranch } from '../domain/run.ts';
import { taskListItems } from '../domain/task-list.ts';
import type { Cause } from '../domain/trace.ts';
import { worldsForTask } from '../domain/task-worlds.ts';
import type { AgentName } from '../domain/world.ts';
import type { Person } from '../ports/git.ts';
import { needsOfForge } from '../workflow/needs-of.ts';
import { analyseType, planType } from '../workflow/task-types.ts';
import { tellTask } from '../workflow/tell-type.ts';
import { readRepositoryConfiguration } from './repository-configuration.ts';
import type { StartingPlace } from './starting-place.ts';
import { localPlace, remotePlace } from './starting-place.ts';
import type { OperationTools } from './tools.ts';

/** What a person asks for. */
export interface StartRequest {
  readonly issue: Issue;
  /** Any folder inside the repository; or where it lies, for workers on many machines. */
  readonly repository: string;
  /** A branch, tag or commit; HEAD when absent. */
  readonly base: string | undefined;
  readonly into: string | undefined;
  readonly approveAll: boolean;
  readonly startedBy: NonNullable<RunAttributes['startedBy']>;
  /** Of what asks for it: asked for again, by whatever way, it is the same run. */
  readonly idempotencyKey?: string;
  /** What led to it, for traces. */
  readonly cause?: Cause;
  /** What it mends of an issue whose own run may still be open, such as `repair:<deployment>`. */
  readonly mends?: string;
}

export interface StartedRun {
  readonly jobId: JobId;
  readonly attributes: RunAttributes;
  readonly branch: string;
  /** What the user should know before anything happens, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Looks at everything that could refuse a run before anything is stored, then submits it. Nothing is executed here.
 *
 * @throws Failure: usage (base, branch, task list), configuration, or notFoundOrLocked for a second run of an issue.
 */
export async function startRun(tools: OperationTools, request: StartRequest): Promise<StartedRun> {
  const isShared = tools.sharing || forgeOrigin(request.issue) !== undefined;
  return await startAt(tools, await (isShared ? remotePlace : localPlace)(tools, request), request);
}

/** The same where it is known already where the run begins. */
export async function startAt(
  tools: OperationTools,
  start: StartingPlace,
  request: Omit<StartRequest, 'repository' | 'base'> & Pick<RunAttributes, 'startedFrom'>,
): Promise<StartedRun> {
  const { repositoryId, base, author, mirror, configuredAt = base.commit } = start;
  const files = await mirror.listFiles(configuredAt);
  const { config } = resolveConfig([...tools.ownConfiguration, ...(await readRepositoryConfiguration(mirror, configuredAt, files))]);
  config.sandbox.allow.forEach(parseAllowedAddress);
  const notes = tools.sharing ? [] : await refuseWhatThisMachineLacks(tools, request.issue, config, files);
  await start.refuseBranches(config.branch.template, request.into);
  const { startedFrom, cause } = request;
  const attributes: RunAttributes = {
    schemaVersion: 2,
    issue: request.issue,
    repositoryId,
    repository: start.place,
    base,
    author: author ?? { name: 'Miyabi', email: 'miyabi@localhost' },
    branchTemplate: config.branch.template,
    into: request.into ?? null,
    startedBy: request.startedBy,
    ...(startedFrom === undefined ? {} : { startedFrom }),
    ...(cause === undefined ? {} : { cause }),
    approveAll: request.approveAll,
    config,
  };
  const jobId = await submit(tools, attributes, request);
  return {
    jobId,
    attributes,
    branch: resultBranch(config.branch.template, displayId('run', jobId)),
    notes: [...notes, ...start.notes, ...notesOn(author, request, config)],
  };
}

async function submit(
  tools: OperationTools,
  attributes: RunAttributes,
  { idempotencyKey, mends }: Pick<StartRequest, 'idempotencyKey' | 'mends'>,
): Promise<JobId> {
  const { repositoryId } = attributes;
  const submitted = await tools.engine.submit({
    title: attributes.issue.title,
    groupKey: repositoryId,
    exclusiveKey: `issue:${repositoryId}:${issueKey(attributes.issue)}${mends === undefined ? '' : `:${mends}`}`,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    attributes,
    budget: { costMicroUsd: fromUsd(attributes.config.budget.issueUsd) },
    tasks: [
      { type: analyseType.name, key: 'analyse', payload: {}, needs: needsOfForge(attributes) },
      { type: planType.name, key: 'plan', payload: {}, dependencies: [{ on: 'analyse', until: 'succeeded' }] },
      // Whatever is said at the issue comes with the plan; where there is none to be, that is said.
      ...(forgeOrigin(attributes.issue) === undefined
        ? []
        : [tellTask(attributes, 'tell-no-plan', { what: { kind: 'no-plan' }, labels: [], after: ['analyse', 'plan'] })]),
    ],
  });
  if (submitted.kind !== 'already-open') return submitted.jobId;
  const other = displayId('run', submitted.jobId);
  throw new Failure(
    'notFoundOrLocked',
    {
      what: `This issue is already being worked on by ${other}.`,
      why: 'Two runs of one issue would undo each other, so a second one is refused while the first is open.',
      fix: `\`miyabi show ${other}\` shows it, \`miyabi resume ${other}\` goes on with it, \`miyabi cancel ${other}\` ends it.`,
    },
    { facts: { run: submitted.jobId } },
  );
}

/** A file is known by its real path, a text by its words, an issue of a forge by its number there. */
function issueKey(issue: Issue): string {
  if (issue.origin.kind === 'file') return `file:${issue.origin.path}`;
  if (issue.origin.kind === 'forge') return `${issue.origin.forge}:${issue.origin.number}`;
  return `text:${createHash('sha256').update(normalisedIssue(issue)).digest('hex')}`;
}

/** The plan itself is made in the run; a task list that cannot be planned is refused before there is one. */
function planOrRefuse(files: readonly string[], issue: Issue): Plan {
  return planIssue(issue, analyseIssue(issue, files, taskListItems(issue.body).length));
}

/**
 * What the worlds would need is looked at before there is a run: walls, a program that is not installed, a key that is missing. Where other
 * machines execute it, their workers say what they have.
 */
async function refuseWhatThisMachineLacks(
  tools: OperationTools,
  issue: Issue,
  config: Config,
  files: readonly string[],
): Promise<readonly string[]> {
  const isolation = chooseIsolation(config.isolation, await tools.ladders.isolation(), authorOf(issue));
  await refuseUnusableAgents(tools, config, planOrRefuse(files, issue));
  return [isolation.note];
}

async function refuseUnusableAgents(tools: OperationTools, config: Config, planned: Plan): Promise<void> {
  const choices = planned.tasks.flatMap((task) => worldsForTask(config, task).map(({ agent }) => agent));
  const different = new Map(choices.map((choice) => [JSON.stringify(choice), choice]));
  for (const choice of different.values()) await tools.agentNeeds(choice);
}

function notesOn(author: Person | undefined, request: Pick<StartRequest, 'issue'>, config: Config): readonly string[] {
  const notes: string[] = [];
  if (author === undefined && forgeOrigin(request.issue) === undefined)
    notes.push('git knows no user.name and user.email here: the commits will name Miyabi as their author.');
  if (request.issue.hiddenCharacters > 0)
    notes.push(`Removed ${request.issue.hiddenCharacters} characters from the issue that a reader could not see.`);
  notes.push(...slowProviders(config));
  if (config.agent.name === 'repair') notes.push('Agent `repair`: tests that pass do not prove a change correct. Read it.');
  return notes;
}

/** A first request of these programs is some 30,000 tokens. */
const programs: ReadonlySet<AgentName> = new Set(['claude-code', 'codex', 'opencode', 'gemini']);
const tokensThatCrawl = 100_000;

/** Waiting for a turn counts against a world's time: that a limit makes programs wait is said before they do. */
function slowProviders({ agent, worlds, models }: Config): readonly string[] {
  const named = [agent.name, ...(worlds.settings ?? []).map((own) => own.agent ?? agent.name)];
  if (!named.some((name) => programs.has(name)) || models.tokensPerMinute >= tokensThatCrawl) return [];
  return [
    `models.tokensPerMinute is ${models.tokensPerMinute}, and one request of a coding program has about 30,000: its worlds will wait for their turns. Raise it to what your provider allows.`,
  ];
}
