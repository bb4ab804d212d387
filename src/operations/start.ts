import { createHash } from 'node:crypto';
import { parseAllowedAddress } from '../domain/allowed-address.ts';
import { analyseIssue } from '../domain/analysis.ts';
import type { Config } from '../domain/config.ts';
import { Failure } from '../domain/failure.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import { authorOf, normalisedIssue } from '../domain/issue.ts';
import { chooseIsolation } from '../domain/isolation.ts';
import { fromUsd } from '../domain/money.ts';
import type { Plan } from '../domain/plan.ts';
import { planIssue } from '../domain/plan.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { RunAttributes } from '../domain/run.ts';
import { resultBranch } from '../domain/run.ts';
import { taskListItems } from '../domain/task-list.ts';
import { worldsForTask } from '../domain/task-worlds.ts';
import type { AgentName } from '../domain/world.ts';
import { analyseType, planType } from '../workflow/task-types.ts';
import { readRepositoryConfiguration } from './repository-configuration.ts';
import type { OperationTools } from './tools.ts';
import type { UsableRepository } from './usable-repository.ts';
import { usableRepository } from './usable-repository.ts';

/** What a person asks for. */
export interface StartRequest {
  readonly issue: Issue;
  /** Any folder inside the repository. */
  readonly repository: string;
  /** A branch, tag or commit; HEAD when absent. */
  readonly base: string | undefined;
  readonly into: string | undefined;
  readonly approveAll: boolean;
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
  const git = await tools.git();
  const repository = await usableRepository(git, request.repository);
  const base = await findBase(tools, repository, request.base);
  const { id: repositoryId } = await tools.ledger.repository(repository.root);
  const mirror = await git.mirror(tools.state.mirror(repositoryId), repository.root, base.commit);
  const files = await mirror.listFiles(base.commit);
  const { config } = resolveConfig([...tools.ownConfiguration, ...(await readRepositoryConfiguration(mirror, base.commit, files))]);
  const isolation = chooseIsolation(config.isolation, await tools.ladders.isolation(), authorOf(request.issue));
  config.sandbox.allow.forEach(parseAllowedAddress);
  await refuseUnusableAgents(tools, config, planOrRefuse(files, request.issue));
  await refuseBranches(tools, repository, config, request.into);
  const attributes: RunAttributes = {
    schemaVersion: 2,
    issue: request.issue,
    repositoryId,
    repository: { kind: 'local', root: repository.root },
    base,
    author: repository.author ?? { name: 'Miyabi', email: 'miyabi@localhost' },
    branchTemplate: config.branch.template,
    into: request.into ?? null,
    approveAll: request.approveAll,
    config,
  };
  const jobId = await submit(tools, repositoryId, attributes);
  return {
    jobId,
    attributes,
    branch: resultBranch(config.branch.template, displayId('run', jobId)),
    notes: [isolation.note, ...notesOn(repository, request, config)],
  };
}

async function submit(tools: OperationTools, repositoryId: RepositoryId, attributes: RunAttributes): Promise<JobId> {
  const submitted = await tools.engine.submit({
    title: attributes.issue.title,
    groupKey: repositoryId,
    exclusiveKey: `issue:${repositoryId}:${issueKey(attributes.issue)}`,
    attributes,
    budget: { costMicroUsd: fromUsd(attributes.config.budget.issueUsd) },
    tasks: [
      { type: analyseType.name, key: 'analyse', payload: {} },
      { type: planType.name, key: 'plan', payload: {}, dependencies: [{ on: 'analyse', until: 'succeeded' }] },
    ],
  });
  if (submitted.kind === 'submitted') return submitted.jobId;
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

/** A file is known by its real path, a text by its words; a forge would give an id. */
function issueKey(issue: Issue): string {
  if (issue.origin.kind === 'file') return `file:${issue.origin.path}`;
  return `text:${createHash('sha256').update(normalisedIssue(issue)).digest('hex')}`;
}

async function findBase(tools: OperationTools, repository: UsableRepository, wanted: string | undefined): Promise<RunAttributes['base']> {
  if (wanted === undefined) return { commit: repository.head, name: repository.branch ?? 'detached HEAD' };
  const commit = await (await tools.git()).resolve(repository.root, wanted);
  if (commit !== undefined) return { commit, name: wanted };
  throw new Failure('usage', {
    what: `There is no commit ${JSON.stringify(wanted)} in ${repository.root}.`,
    why: '--base takes a branch, a tag or a commit of that repository, and none has this name.',
    fix: 'Leave --base out to start from what is checked out, or fetch the branch first.',
  });
}

/** The plan itself is made in the run; a task list that cannot be planned is refused before there is one. */
function planOrRefuse(files: readonly string[], issue: Issue): Plan {
  return planIssue(issue, analyseIssue(issue, files, taskListItems(issue.body).length));
}

/** What the worlds would need is looked at before there is a run: a program that is not installed, a key that is missing. */
async function refuseUnusableAgents(tools: OperationTools, config: Config, planned: Plan): Promise<void> {
  const choices = planned.tasks.flatMap((task) => worldsForTask(config, task).map(({ agent }) => agent));
  const different = new Map(choices.map((choice) => [JSON.stringify(choice), choice]));
  for (const choice of different.values()) await tools.agentNeeds(choice);
}

async function refuseBranches(
  tools: OperationTools,
  repository: UsableRepository,
  config: Config,
  into: string | undefined,
): Promise<void> {
  const git = await tools.git();
  const example = resultBranch(config.branch.template, 'run_0000000000');
  const problem = await git.branchProblem(repository.root, example);
  if (problem !== undefined) {
    throw new Failure('configuration', {
      what: `The result branch cannot be called ${example}.`,
      why: problem,
      fix: 'Set branch.template to another name, such as `work/<run>`.',
    });
  }
  const folder = into === undefined ? undefined : repository.checkedOut[into];
  if (folder !== undefined) {
    throw new Failure('usage', {
      what: `--into ${into} is refused: that branch is checked out in ${folder}.`,
      why: 'Moving it would change your files under your hands.',
      fix: `Leave --into out and run \`git merge --ff-only ${resultBranch(config.branch.template, '<run>')}\` yourself when the run is done.`,
    });
  }
  if (into !== undefined && (await git.resolve(repository.root, `refs/heads/${into}`)) === undefined) {
    const cannot = await git.branchProblem(repository.root, into);
    if (cannot !== undefined)
      throw new Failure('usage', { what: `--into ${JSON.stringify(into)} cannot be a branch.`, why: cannot, fix: 'Name another one.' });
  }
}

function notesOn(repository: UsableRepository, request: StartRequest, config: Config): readonly string[] {
  const notes: string[] = [];
  if (repository.branch === undefined && request.base === undefined) notes.push('HEAD is detached: the work starts from that commit.');
  if (repository.author === undefined)
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
