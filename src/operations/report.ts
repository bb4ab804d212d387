import { isCostLimit } from '../domain/budget.ts';
import type { Choice, WorldVerdict } from '../domain/choice.ts';
import type { ExitReason } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { JobState } from '../domain/job.ts';
import { toUsd } from '../domain/money.ts';
import { runAttributesSchema } from '../domain/run.ts';
import type { WorldScore } from '../domain/score.ts';
import { hasEnded, isAnsweredFor } from '../domain/task.ts';
import type { Task } from '../domain/task.ts';
import type { WorldStatus } from '../domain/world.ts';
import type { JobView } from '../weaver/engine.ts';
import { mergeType, pullRequestType } from '../workflow/forge-task-types.ts';
import type { WorldRunResult } from '../workflow/task-types.ts';
import { chooseType, implementType, publishType, worldRunType } from '../workflow/task-types.ts';
import type { DeploymentReport } from './deployment-report.ts';
import { deploymentsOf, notKept } from './deployment-report.ts';
import { payloadOf, resultOfTask } from './task-results.ts';
import { leftOut, warningsOf } from './warnings.ts';

/** The last line of `miyabi run --json`; its shape is a promise to scripts. */
export interface RunReport {
  readonly type: 'run.finished';
  readonly schemaVersion: 1;
  readonly run: string;
  readonly status: 'succeeded' | 'failed' | 'waiting' | 'cancelled';
  /** The branch that holds the result; null before it is there. */
  readonly branch: string | null;
  /** Where that branch is, for a run that several machines work on; null for the user's own repository. */
  readonly remote: string | null;
  readonly commit: string | null;
  /** Of an issue at a forge, once it is there. */
  readonly pullRequest: PullRequestReport | null;
  readonly tasks: readonly TaskReport[];
  /** What became of its release, for a run that deploys. */
  readonly deployments: readonly DeploymentReport[];
  readonly costUsd: number;
  readonly durationMs: number;
  /** What a person should know although it decided nothing, a sentence each. */
  readonly warnings: readonly string[];
}

export interface PullRequestReport {
  readonly number: number;
  readonly url: string;
  readonly isMerged: boolean;
}

export interface TaskReport {
  readonly id: string;
  readonly title: string;
  readonly winner: string | null;
  readonly worlds: readonly WorldReport[];
}

export interface WorldReport {
  readonly world: string;
  readonly status: WorldStatus;
  /** Why it cannot win, in a sentence; null for a world that could. */
  readonly reason: string | null;
  readonly score: Omit<WorldScore, 'confidence'> | null;
  /** Why its agent stopped: `done`, or such as `limit: steps` or `error: wrong-key`; null where it never began. */
  readonly stop: string | null;
  readonly costUsd: number;
  /** What models were asked for; null where none was. */
  readonly models: ModelsReport | null;
  readonly durationMs: number;
}

/** All calls of a world to models. */
export interface ModelsReport {
  readonly calls: number;
  /** Of these, answered from what was kept. */
  readonly cachedCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input, read from the provider's cache. */
  readonly cachedTokens: number;
  /** Calls at a price that nobody knows; `costUsd` holds the most that these can have cost. */
  readonly unknownPrices: number;
}

/** A run's end for scripts and for the exit code, read from its records alone. */
export function reportRun(
  job: JobView,
  tasks: readonly Task[],
  now: number,
): { readonly report: RunReport; readonly exit: ExitReason; readonly reason: string } {
  const published = tasks.flatMap((task) => (task.type === publishType.name ? (resultOfTask(publishType, task) ?? []) : [])).at(-1);
  const implemented = tasks.filter((task) => task.type === implementType.name);
  const reports = implemented.map((task) => reportTask(task, tasks));
  const deployments = deploymentsOf(tasks);
  const missed = job.state === 'completed' ? notKept(deployments) : undefined;
  const report: RunReport = {
    type: 'run.finished',
    schemaVersion: 1,
    run: displayId('run', job.id),
    status: missed === undefined ? statusOf(job.state) : 'failed',
    branch: published?.branch ?? null,
    remote: remoteOf(job),
    commit: published?.commit ?? null,
    pullRequest: pullRequestOf(tasks),
    tasks: reports,
    deployments,
    costUsd: toUsd(job.costMicroUsd),
    durationMs: Math.max(0, (job.endedAt ?? now) - job.createdAt),
    warnings: [...warningsOf(tasks), ...(published === undefined ? [] : [...afterTheLimit(job, tasks), ...leftOut(tasks)])],
  };
  return { report, ...(missed === undefined ? exitOf(job, tasks) : { exit: 'failed', reason: missed }) };
}

function pullRequestOf(tasks: readonly Task[]): PullRequestReport | null {
  const opened = tasks.findLast((task) => task.type === pullRequestType.name && task.state === 'succeeded');
  const result = opened === undefined ? undefined : resultOfTask(pullRequestType, opened);
  if (result === undefined) return null;
  const isMerged = tasks.some((task) => task.type === mergeType.name && resultOfTask(mergeType, task)?.kind === 'merged');
  return { number: result.number, url: result.url, isMerged };
}

function remoteOf({ attributes }: JobView): string | null {
  const read = runAttributesSchema.safeParse(attributes);
  return read.success && read.data.repository.kind === 'remote' ? read.data.repository.url : null;
}

function statusOf(state: JobState): RunReport['status'] {
  switch (state) {
    case 'completed':
      return 'succeeded';
    case 'failed':
    case 'stuck':
      return 'failed';
    case 'cancelled':
      return 'cancelled';
    case 'running':
    case 'waiting':
    case 'paused':
      return 'waiting';
  }
}

function reportTask(task: Task, all: readonly Task[]): TaskReport {
  const { planTask } = payloadOf(implementType, task);
  const children = all.filter((child) => child.parentTaskId === task.id);
  const choice = lastChoice(children);
  return {
    id: planTask.id,
    title: planTask.title,
    winner: choice?.kind === 'chosen' ? choice.winner : null,
    worlds:
      choice === undefined
        ? unjudged(children)
        : choice.verdicts.map((verdict) => fromVerdict(verdict, lastRunOf(children, verdict.world))),
  };
}

/** The choice of the last round, which is the one that holds. */
export function lastChoice(children: readonly Task[]): Choice | undefined {
  return children
    .filter((child) => child.type === chooseType.name)
    .map((child) => resultOfTask(chooseType, child))
    .findLast((choice) => choice !== undefined);
}

function lastRunOf(children: readonly Task[], world: string): WorldRunResult | undefined {
  const ran = children.findLast((child) => child.type === worldRunType.name && payloadOf(worldRunType, child).world.name === world);
  return ran === undefined ? undefined : resultOfTask(worldRunType, ran);
}

/** What is told of a world by its agent's part alone. */
function agentPart(result: WorldRunResult | undefined): Pick<WorldReport, 'stop' | 'models'> {
  const { usage, calls = 0, cachedCalls = 0, unknownPrices = 0 } = result ?? {};
  const models =
    usage === undefined
      ? null
      : {
          calls,
          cachedCalls,
          inputTokens: usage.inputTokens,
          outputTokens: usage.outputTokens,
          cachedTokens: usage.cachedTokens,
          unknownPrices,
        };
  return { stop: result?.stop ?? null, models };
}

function fromVerdict(verdict: WorldVerdict, result: WorldRunResult | undefined): WorldReport {
  return {
    world: verdict.world,
    status: verdict.status,
    reason: verdict.against[0] ?? null,
    score: withoutConfidence(verdict.score),
    ...agentPart(result),
    costUsd: toUsd(verdict.costMicroUsd),
    durationMs: verdict.durationMs,
  };
}

function withoutConfidence(score: WorldScore | undefined): WorldReport['score'] {
  if (score === undefined) return null;
  const { confidence: _, ...rest } = score;
  return rest;
}

/** Worlds of a task that came to no choice: what is known from their agents' part. Of those that have not ended nothing is. */
function unjudged(children: readonly Task[]): readonly WorldReport[] {
  return children
    .filter((child) => child.type === worldRunType.name && hasEnded(child))
    .map((child) => {
      const result = resultOfTask(worldRunType, child);
      const { world } = payloadOf(worldRunType, child);
      return {
        world: world.name,
        status: unjudgedStatus(child, result),
        reason: result?.kind === 'ended' ? result.reason : child.state === 'dead' ? child.reason : null,
        score: null,
        ...agentPart(result),
        costUsd: toUsd(result?.costMicroUsd ?? 0),
        durationMs: result?.durationMs ?? 0,
      };
    });
}

function unjudgedStatus(task: Task, result: WorldRunResult | undefined): WorldStatus {
  if (result?.kind === 'ended') return result.status;
  if (task.state === 'dead') return 'failed';
  return task.state === 'skipped' ? 'skipped' : 'cancelled';
}

/** Which exit code a run's state stands for, with the reason in a sentence. */
function exitOf(job: JobView, tasks: readonly Task[]): { readonly exit: ExitReason; readonly reason: string } {
  switch (job.state) {
    case 'completed':
      return { exit: 'done', reason: '' };
    case 'waiting':
    case 'paused':
      return { exit: 'waits', reason: job.bottleneck };
    case 'running':
      return { exit: 'interrupted', reason: 'it was interrupted and can be resumed' };
    case 'cancelled':
      return { exit: 'interrupted', reason: job.cancelReason ?? 'it was cancelled' };
    case 'failed':
    case 'stuck':
      return { exit: failureExit(tasks), reason: failureReason(job, tasks) };
  }
}

/** `budget`: no world passed, and the limit kept some from being run that might have. */
function failureExit(tasks: readonly Task[]): ExitReason {
  const dead = unansweredDeaths(tasks).filter((task) => task.type === implementType.name);
  const childrenOf = dead.map(({ id }) => tasks.filter((child) => child.parentTaskId === id));
  const losers = childrenOf.filter((children) => lastChoice(children)?.kind === 'none-passed');
  if (losers.some((children) => stoppedByTheLimit(children).length > 0)) return 'budget';
  return losers.length > 0 ? 'noWorldPassed' : 'failed';
}

/** The first task that died says why; what was skipped behind it only follows. */
function failureReason(job: JobView, tasks: readonly Task[]): string {
  const deaths = unansweredDeaths(tasks);
  const first = deaths.find((task) => task.type === implementType.name) ?? deaths[0];
  const reason = first?.reason ?? job.bottleneck;
  const stopped =
    first === undefined
      ? []
      : afterTheLimit(
          job,
          tasks.filter((task) => task.parentTaskId === first.id),
        );
  return stopped.length === 0 ? reason : [`${reason.replace(/\.$/, '')}.`, ...stopped].join(' ');
}

/** That the run's cost limit kept worlds from being run, or a budget ended them, in a sentence each; nothing where neither did. */
function afterTheLimit(job: JobView, tasks: readonly Task[]): readonly string[] {
  const stopped = stoppedByTheLimit(tasks);
  const names = (of: readonly Task[]): readonly string[] => [...new Set(of.map((task) => payloadOf(worldRunType, task).world.name))];
  const left = names(stopped.filter(({ state }) => state === 'dead'));
  const ended = names(stopped.filter(({ state }) => state !== 'dead'));
  const { issueUsd } = runAttributesSchema.parse(job.attributes).config.budget;
  const spent = toUsd(job.costMicroUsd).toFixed(2);
  return [
    ...(left.length === 0
      ? []
      : [
          `The cost limit of ${issueUsd.toFixed(2)} USD was reached (${spent} USD): ${left.join(', ')} ${left.length === 1 ? 'was' : 'were'} not run to the end.`,
        ]),
    ...(ended.length === 0 ? [] : [`A budget ended ${ended.join(', ')} before the work was done.`]),
  ];
}

/** Worlds that were not begun, not begun again, or not brought to an end, because a budget was used up. */
function stoppedByTheLimit(tasks: readonly Task[]): readonly Task[] {
  return tasks.filter((task) => {
    if (task.type !== worldRunType.name) return false;
    if (task.state === 'dead') return isCostLimit(task.reason);
    return resultOfTask(worldRunType, task)?.stop === 'limit: cost';
  });
}

type DeadTask = Task & { readonly state: 'dead' };

/** Of a death that a parent answers for, the parent's own end tells. */
function unansweredDeaths(tasks: readonly Task[]): readonly DeadTask[] {
  return tasks.filter((task): task is DeadTask => task.state === 'dead' && !isAnsweredFor(task));
}
