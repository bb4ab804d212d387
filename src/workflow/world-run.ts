import { stripVTControlCharacters } from 'node:util';
import { displayId } from '../domain/ids.ts';
import type { Incident } from '../domain/incident.ts';
import { visibleText } from '../domain/issue.ts';
import type { PlanTask } from '../domain/plan.ts';
import type { AgentEvent, AgentReport } from '../ports/agent.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { stacksOf } from '../weaver/stacks.ts';
import { harvest } from '../worlds/harvest.ts';
import { folderIdentity } from '../worlds/own-path.ts';
import { knownEvidence } from './base-evidence.ts';
import { withBreaker } from './breaker-of-world.ts';
import { ruleBrokenBy } from './broken-rule.ts';
import type { Checkout } from './checkout.ts';
import { withCheckout } from './checkout.ts';
import { keptValue } from './kept.ts';
import type { PlannedChecks, WorldRunPayload, WorldRunResult } from './task-types.ts';
import { worldRunType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';
import { watchOutside } from './watch-outside.ts';
import { recordBegin, recordRan, recordSurroundings } from './world-records.ts';

type Context = TaskContext<WorldRunPayload>;

/**
 * One world: a clean checkout of the base, the agent at work in it, and its change harvested into a commit. An attempt
 * that was cut off starts again from a clean checkout. However the world ended is the task's result, not its failure: one
 * world that came to nothing must not fail a run that another one saves.
 */
export function worldRun(tools: WorkflowTools) {
  return handle(worldRunType, async (context) => {
    const { base, world } = context.payload;
    const started = tools.clock.monotonic();
    const given = { checks: await keptValue(tools, context.payload.checks), planTask: await keptValue(tools, context.payload.planTask) };
    const late: string[] = [];
    const place = {
      name: world.name,
      commit: base,
      checks: given.checks,
      // Our own agent asks nobody; of any other, people see what it looks for.
      tellsNetwork: world.agent.name !== 'repair',
      independent: true,
      onWarning: (sentence: string) => void late.push(sentence),
    };
    let stacks: readonly string[] = [];
    await recordBegin(tools, context);
    const lived = await withBreaker(tools, context, async () =>
      withCheckout(tools, context, place, async (checkout) => await live(tools, context, { ...given, checkout })).catch(
        (error: unknown) => {
          stacks = stacksOf(error);
          return lost(context, error);
        },
      ),
    );
    const result = { ...lived, warnings: [...lived.warnings, ...late], durationMs: Math.round(tools.clock.monotonic() - started) };
    await recordRan(tools, context, result);
    return {
      kind: 'success',
      result,
      costMicroUsd: result.costMicroUsd,
      observations: [...result.warnings, ...stacks],
    };
  });
}

/** A world that could not be lived through, by no fault of its agent: a full disk, a git that failed. */
function lost(context: Context, error: unknown): WorldRunResult {
  context.signal.throwIfAborted();
  const reason = error instanceof Error ? error.message : String(error);
  const nothing = { summary: '', integrity: [], warnings: [], costMicroUsd: 0, durationMs: 0 };
  return { ...nothing, kind: 'ended', world: { name: context.payload.world.name }, status: 'failed', reason };
}

/** What the world's payload refers to, and where it is lived. */
interface Given {
  readonly checks: PlannedChecks;
  readonly planTask: PlanTask;
  readonly checkout: Checkout;
}

async function live(tools: WorkflowTools, context: Context, given: Given): Promise<WorldRunResult> {
  const { checkout, planTask } = given;
  const { sandbox, workspace } = checkout;
  const run = runOf(context);
  await recordSurroundings(tools, context, { method: workspace.method, isolation: sandbox.level });
  const own = await folderIdentity(checkout.folder.tree);
  const watch = await watchOutside(tools, run, sandbox.level);
  const reported = readable(await runAgent(tools, context, given));
  context.signal.throwIfAborted();
  // A last look: what is found then stops the world too.
  await tools.ledger.worlds.used(context, sandbox.usage());
  const report = stoppedOr(sandbox, reported);
  const outside = await watch.changes();
  const ended = {
    world: { name: context.payload.world.name },
    summary: report.summary,
    integrity: outside.integrity,
    warnings: outside.warnings,
    denied: sandbox.incidents().filter(({ stopped }) => !stopped),
    costMicroUsd: report.costMicroUsd,
    durationMs: 0,
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
  const harvested = await harvest(await tools.git.open(tools.state.mirror(run.repositoryId)), {
    directory: checkout.folder.tree,
    index: workspace.index,
    exclude: checkout.placed,
    base: context.payload.base,
    message: messageOf(context, planTask, report),
    author: run.author,
    at: tools.clock.now(),
    ref: `refs/miyabi/worlds/${displayId('run', context.jobId)}/${planTask.id}/${context.payload.world.name}`,
  });
  if (harvested === undefined) return { ...ended, kind: 'ended', status: 'failed', reason: 'it changed nothing' };
  return { ...ended, kind: 'harvested', commit: harvested.commit, change: harvested.change };
}

async function runAgent(tools: WorkflowTools, context: Context, { checks, planTask, checkout }: Given): Promise<AgentReport> {
  const { base, world } = context.payload;
  context.progress('starting');
  return await tools.agents[world.agent.name].run({
    world: world.name,
    choice: world.agent,
    directory: checkout.folder.tree,
    contextDirectory: checkout.folder.context,
    logFile: tools.state.log(context.jobId, planTask.id, world.name),
    title: planTask.title,
    instructions: planTask.instructions,
    base: await knownEvidence(tools, context.jobId, base, checks),
    checks: checks.plan,
    process: checkout.sandbox.process,
    environment: checkout.setting.environment,
    timeoutMs: world.timeoutMs,
    limits: checkout.setting.limits ?? {},
    signal: checkout.setting.signal ?? context.signal,
    onEvent: (event) => context.progress(inWords(event)),
  });
}

/** An agent whose world was stopped for breaking a rule has failed, whatever it says itself. */
function stoppedOr({ stopped }: Checkout['sandbox'], report: AgentReport): AgentReport {
  if (!stopped.aborted) return report;
  return { ...report, end: { kind: 'failed', reason: `stopped, because it broke a rule: ${ruleBrokenBy(stopped.reason as Incident)}` } };
}

/** What an agent printed last ends up in commits, records and on terminals: without control characters, and without its colours. */
function readable(report: AgentReport): AgentReport {
  const { end } = report;
  const clean = (text: string): string => visibleText(stripVTControlCharacters(text)).text;
  return { ...report, summary: clean(report.summary), end: 'reason' in end ? { ...end, reason: clean(end.reason) } : end };
}

function inWords(event: AgentEvent): string {
  switch (event.type) {
    case 'said':
      return event.text;
    case 'output':
      return event.line;
    case 'searched':
      return `tried ${event.tried} of ${event.limit} candidates${event.plausible > 0 ? `, ${event.plausible} plausible` : ''}`;
  }
}

/** An agent that did not finish leaves nothing: a failing world is never accepted. */
function failureOf(report: AgentReport): { readonly status: 'failed' | 'timeout' | 'cancelled'; readonly reason: string } | undefined {
  switch (report.end.kind) {
    case 'finished':
      return undefined;
    case 'nothing-to-offer':
    case 'failed':
      return { status: 'failed', reason: report.end.reason };
    case 'timeout':
      return { status: 'timeout', reason: `ended by its time limit after ${Math.round(report.end.afterMs / 1000)} s` };
    case 'cancelled':
      return { status: 'cancelled', reason: 'it was cancelled' };
  }
}

/** The trailers prove later, from `git log` alone, which task made a commit, and that it was merged once. */
function messageOf(context: Context, planTask: PlanTask, report: AgentReport): string {
  const { implementTaskId, world } = context.payload;
  const trailers = [`Miyabi-Run: ${displayId('run', context.jobId)}`, `Miyabi-Task: ${implementTaskId}`, `Miyabi-World: ${world.name}`];
  return [planTask.title, report.summary, trailers.join('\n')].filter((part) => part.trim() !== '').join('\n\n');
}
