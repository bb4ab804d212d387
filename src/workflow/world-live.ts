import { commitMessage } from '../domain/commit-message.ts';
import type { EarlyEnd } from '../domain/early-end.ts';
import { displayId } from '../domain/ids.ts';
import type { Incident } from '../domain/incident.ts';
import { forgeOrigin } from '../domain/issue.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { Agent, AgentReport } from '../ports/agent.ts';
import type { Caller } from '../ports/exchange.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { harvest } from '../worlds/harvest.ts';
import { folderIdentity } from '../worlds/own-path.ts';
import type { AgentWords } from './agent-words.ts';
import { listenToAgent } from './agent-words.ts';
import { backgroundOf } from './background.ts';
import { ruleBrokenBy } from './broken-rule.ts';
import type { Checkout } from './checkout.ts';
import { placeContextFiles } from './context-files.ts';
import { openMirror } from './open-mirror.ts';
import { runAgent } from './run-agent.ts';
import type { PlannedChecks, AgentPayload, WorldRunResult } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf, worldRefs } from './tools.ts';
import { watchOutside } from './watch-outside.ts';
import { recordClaim } from './world-account.ts';
import { recordSurroundings } from './world-records.ts';

type Context = TaskContext<AgentPayload>;

/** What a world's payload refers to, and who works there on whose account. */
export interface WorldSetting {
  readonly checks: PlannedChecks;
  readonly planTask: PlanTask;
  readonly agent: Agent;
  readonly caller: Caller;
  /** The budget that ended its calls, in words. */
  readonly outOfMoney: () => string | undefined;
  /** Ends the agent before its time; the reason is an {@link EarlyEnd}. */
  readonly early: AbortController;
}

/** The agent at work in a world's checkout, and its change harvested into a commit once all of its programs have ended. */
export async function liveInWorld(
  tools: WorkflowTools,
  context: Context,
  given: WorldSetting,
  checkout: Checkout,
): Promise<WorldRunResult> {
  const { planTask, early } = given;
  const { sandbox, workspace } = checkout;
  const run = runOf(context);
  await recordSurroundings(tools, context, { method: workspace.method, isolation: sandbox.level });
  const background = await backgroundOf(tools, context, planTask);
  const unplaced: string[] = [];
  const placed = await placeContextFiles(tools, context, {
    planTask,
    background,
    folder: checkout.folder,
    onWarning: (sentence) => void unplaced.push(sentence),
  });
  const own = await folderIdentity(checkout.folder.tree);
  const watch = await watchOutside(tools, run, sandbox.level);
  const words = listenToAgent(tools.redact);
  const reported = readable(await runAgent(tools, context, { ...given, background, checkout, words }), words);
  await recordClaim(tools, context, given.caller, reported);
  context.signal.throwIfAborted();
  // A last look: what is found then stops the world too.
  await tools.ledger.worlds.used(context, sandbox.usage());
  const report = readable(stoppedOr(sandbox, endedByMoney(reported, given.outOfMoney())), words);
  const denied = sandbox
    .incidents()
    .flatMap((incident) => (incident.stopped ? [] : [{ ...incident, detail: words.read(incident.detail) }]));
  const outside = await watch.changes();
  const ended = {
    world: { name: context.payload.world.name },
    summary: report.summary,
    integrity: outside.integrity,
    warnings: [...unplaced, ...outside.warnings, ...words.warnings()],
    denied,
    costMicroUsd: 0,
    durationMs: 0,
    stop: stopOf(report),
    ...(report.sessionId === undefined ? {} : { sessionId: report.sessionId }),
    ...earlyEndOf(report, early.signal),
  };
  const failed = failureOf(report);
  if (failed !== undefined) return { ...ended, kind: 'ended', ...failed };
  // What lies there now, or where a link there leads, is not what the agent was given.
  if ((await folderIdentity(checkout.folder.tree)) !== own) {
    return {
      ...ended,
      kind: 'ended',
      status: 'failed',
      reason: 'it removed or replaced its working folder, so there is no change to read',
    };
  }
  context.progress('harvesting the change');
  const harvested = await harvest(await openMirror(tools, context), {
    directory: checkout.folder.tree,
    index: workspace.index,
    exclude: [...checkout.placed, ...placed],
    base: context.payload.base,
    message: (paths) => messageOf(context, planTask, report, paths),
    author: run.author,
    at: tools.clock.now(),
    ref: `${worldRefs(context.jobId)}/${planTask.id}/${context.payload.world.name}`,
  });
  if (harvested === undefined) return { ...ended, kind: 'ended', status: 'failed', reason: 'it changed nothing' };
  return { ...ended, kind: 'harvested', commit: harvested.commit, change: harvested.change };
}

/** An agent whose world was stopped for breaking a rule has failed, whatever it says itself. */
function stoppedOr({ stopped }: Checkout['sandbox'], report: AgentReport): AgentReport {
  if (!stopped.aborted) return report;
  return {
    ...report,
    end: { kind: 'failed', fault: 'other', reason: `stopped, because it broke a rule: ${ruleBrokenBy(stopped.reason as Incident)}` },
  };
}

/** Whose calls were refused for the sake of a budget was not at fault, whatever it makes of that. */
function endedByMoney(report: AgentReport, outOfMoney: string | undefined): AgentReport {
  if (outOfMoney === undefined || report.end.kind !== 'failed') return report;
  return { ...report, end: { kind: 'limit', limit: 'cost', reason: outOfMoney } };
}

/** What an agent says last ends up in commits, records and on terminals. */
function readable(report: AgentReport, words: AgentWords): AgentReport {
  const { end } = report;
  return { ...report, summary: words.read(report.summary), end: 'reason' in end ? { ...end, reason: words.read(end.reason) } : end };
}

/** An agent that did not finish leaves nothing: a failing world is never accepted. */
function failureOf(report: AgentReport): { readonly status: 'failed' | 'timeout' | 'cancelled'; readonly reason: string } | undefined {
  switch (report.end.kind) {
    case 'finished':
      return undefined;
    case 'limit':
      // What another has won is no failure of this one.
      return { status: report.end.limit === 'beaten' ? 'cancelled' : 'failed', reason: report.end.reason };
    case 'nothing-to-offer':
    case 'denied':
    case 'failed':
      return { status: 'failed', reason: report.end.reason };
    case 'timeout':
      return { status: 'timeout', reason: `ended by its time limit after ${Math.round(report.end.afterMs / 1000)} s` };
    case 'cancelled':
      return { status: 'cancelled', reason: 'it was cancelled' };
  }
}

/** The trailers prove later, from `git log` alone, which task made a commit, and that it was merged once. */
function messageOf(context: Context, planTask: PlanTask, report: AgentReport, paths: readonly string[]): string {
  const { implementTaskId, world } = context.payload;
  return commitMessage({
    type: planTask.purpose === 'tests' ? 'test' : planTask.changeType,
    paths,
    title: planTask.title,
    done: report.summary,
    issue: forgeOrigin(runOf(context).issue)?.number,
    position: planTask.position,
    trailers: [`Miyabi-Run: ${displayId('run', context.jobId)}`, `Miyabi-Task: ${implementTaskId}`, `Miyabi-World: ${world.name}`],
  });
}

/** The decision that ended it before its time: ours, or the agent's own by the same rules. */
function earlyEndOf({ end }: AgentReport, signal: AbortSignal): { readonly early?: EarlyEnd } {
  if (end.kind === 'finished') return {};
  if (signal.aborted) return { early: signal.reason as EarlyEnd };
  if (end.kind !== 'limit') return {};
  if (end.limit === 'cost') return { early: { rule: 'cost', reason: end.reason } };
  return end.limit === 'loop' ? { early: { rule: 'same-error', reason: end.reason } } : {};
}

/** Why the agent stopped, in the words that people and programs read. */
function stopOf({ end }: AgentReport): string {
  switch (end.kind) {
    case 'finished':
      return 'done';
    case 'limit':
      return `limit: ${end.limit}`;
    case 'failed':
      return `error: ${end.fault}`;
    default:
      return end.kind;
  }
}
