import { Failure } from '../domain/failure.ts';
import { commentMarker } from '../domain/forge.ts';
import { displayId } from '../domain/ids.ts';
import type { SettledTask } from '../domain/job.ts';
import type { ForgePlace } from '../ports/forge.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import type { ForgeOfRun } from './forge-of-run.ts';
import { forgeOfRun, pointsOf } from './forge-of-run.ts';
import { ciType, closeType, mergeType, pullRequestType } from './forge-task-types.ts';
import { leavingText } from './leaving-text.ts';
import { label } from './pull-request.ts';
import { deployType } from './deploy/deploy-task-types.ts';
import { resultIfAny, whyNot } from './settled.ts';
import { analyseType, approveType, implementType, planType, publishType, reviewType } from './task-types.ts';
import type { PastTask, WorkflowTools } from './tools.ts';
import type { SummaryEnd } from './words/summary-comment.ts';
import { summaryComment } from './words/summary-comment.ts';

type Context = TaskContext<unknown>;

/**
 * The part of phase 9 that people see: what became of the run is written at its issue, with its timeline and what it took; of a merged run the issue is
 * closed and the branch goes. A forge that is down is waited for; what it refuses is kept with the task.
 */
export function closeIssue(tools: WorkflowTools) {
  return handle(closeType, async (context) => {
    try {
      return { kind: 'success', result: { url: await tellAndClose(tools, context, endOf(context)) } };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { kind: 'success', result: { url: null, why: error.message }, observations: [error.message] };
    }
  });
}

/**
 * Says it anew of a run that was told to have failed, and was merged after it was tried again. A forge that is down is waited for.
 * @returns what the forge refused, in sentences.
 */
export async function closeAgain(tools: WorkflowTools, context: Context, approvedBy: string | null): Promise<readonly string[]> {
  const isTold = (await tools.pastTasks(context.jobId)).some(({ type, endedAt }) => type === closeType.name && endedAt !== undefined);
  if (!isTold) return [];
  try {
    await tellAndClose(tools, context, { kind: 'merged', approvedBy });
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [error.message];
  }
}

async function tellAndClose(tools: WorkflowTools, context: Context, end: SummaryEnd): Promise<string> {
  const at = await forgeOfRun(tools, context);
  const { repository, number } = at.origin;
  const place: ForgePlace = { repository, number };
  const issue = await at.forge.issue(place);
  await label(at.forge, place, issue, [end.kind === 'failed' ? 'state:failed' : 'state:done']);
  const run = displayId('run', context.jobId);
  const { url } = await at.forge.tell(place, commentMarker(run, 'summary'), leavingText(tools, await summaryOf(tools, context, end)));
  if (end.kind === 'merged') await tidyUp(tools, context, at, issue.state === 'open' ? place : undefined);
  return url;
}

/** @param open the issue, where it is not closed yet: merging may have done it. */
async function tidyUp(
  tools: WorkflowTools,
  { jobId }: Context,
  { forge, origin, into }: ForgeOfRun,
  open: ForgePlace | undefined,
): Promise<void> {
  const pullRequest = await tools.ledger.pullRequests.ofRun(jobId);
  if (pullRequest !== undefined && pullRequest.branch !== into) await forge.deleteBranch(origin.repository, pullRequest.branch);
  if (open !== undefined) await forge.closeIssue(open);
}

function endOf({ dependencies }: Context): SummaryEnd {
  const merged = resultIfAny(mergeType, ofType(dependencies, mergeType.name));
  if (merged?.kind === 'merged' && !wasNotDeployed(dependencies)) return { kind: 'merged', approvedBy: merged.approvedBy };
  if (merged?.kind === 'left') return { kind: 'left', reason: merged.reason };
  // What was skipped only says that something before it had failed.
  const reasons = dependencies
    .filter(({ end }) => end.state === 'dead' || end.state === 'cancelled')
    .map((task) => `${task.key}: ${whyNot(task)}`);
  return { kind: 'failed', reasons };
}

/** What was merged and did not get where it was to go is not done. */
function wasNotDeployed(dependencies: readonly SettledTask[]): boolean {
  const deployed = ofType(dependencies, deployType.name);
  return deployed?.end.state === 'dead' || deployed?.end.state === 'cancelled';
}

async function summaryOf(tools: WorkflowTools, context: Context, end: SummaryEnd): Promise<string> {
  const { dependencies, jobId } = context;
  const review = resultIfAny(reviewType, ofType(dependencies, reviewType.name));
  const ci = resultIfAny(ciType, ofType(dependencies, ciType.name));
  const past = await tools.pastTasks(jobId);
  const { costMicroUsd, calls } = await tools.ledger.money.spent({ jobId });
  return summaryComment({
    run: displayId('run', jobId),
    end,
    pullRequest: await tools.ledger.pullRequests.ofRun(jobId),
    points: review === undefined ? undefined : pointsOf(review),
    phases: phasesOf(past),
    worlds: await tools.ledger.worlds.ofRun(jobId),
    costMicroUsd,
    calls,
    approvals: past.flatMap(({ type, key, result, endedAt = 0 }) => {
      const approved = type === approveType.name && result !== undefined ? approveType.result.parse(result) : undefined;
      return approved === undefined ? [] : [{ of: key, by: approved.approvedBy, at: endedAt }];
    }),
    repairs: ci?.repaired.rounds ?? 0,
  });
}

/** Kinds of task that people know as phases, by the names of their types. */
const phases: readonly string[] = [
  analyseType,
  planType,
  implementType,
  reviewType,
  publishType,
  pullRequestType,
  ciType,
  mergeType,
  deployType,
].map(({ name }) => name);

/** What a phase began by itself, such as a repair, is part of it. */
function phasesOf(past: readonly PastTask[]) {
  return past.flatMap(({ key, type, isPart, startedAt, endedAt }) =>
    phases.includes(type) && !isPart && endedAt !== undefined ? [{ name: key, from: startedAt, to: endedAt }] : [],
  );
}

function ofType(tasks: readonly SettledTask[], name: string): SettledTask | undefined {
  return tasks.find(({ type }) => type === name);
}
