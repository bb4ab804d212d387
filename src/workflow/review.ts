import type { TaskSpec } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ReviewReport } from '../domain/review.ts';
import { qualityLabel } from '../domain/review.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { reviewBranch } from './review-branch.ts';
import type { ReadReport } from './roles/review-by-model.ts';
import { byKey, resultIfAny, resultOf, whyNot } from './settled.ts';
import type { ApprovePayload, ImplementPayload, ReviewPayload, ReviewResult } from './task-types.ts';
import { approveType, implementType, reviewType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Times a branch is sent back with the findings; then a person decides. */
const mostSentBack = 2;

type Context = TaskContext<ReviewPayload>;

/**
 * Phase 6: the whole branch on a fresh checkout. From `gates.reviewPass` points it goes on, from `gates.reviewAsk` a
 * person is asked, below that the work is sent back with the findings.
 */
export function review(tools: WorkflowTools) {
  return handle(reviewType, async (context): Promise<Outcome<ReviewResult>> => {
    const { asked } = context.payload;
    if (asked !== null) return answered(context, asked);
    const reason = notNeeded(context);
    if (reason !== undefined) return { kind: 'success', result: { kind: 'not-needed', reason } };
    const read = await reviewBranch(tools, context);
    const outcome = decide(context, runOf(context), read);
    return { ...outcome, observations: [...(outcome.observations ?? []), ...read.warnings], costMicroUsd: read.costMicroUsd };
  });
}

/** A simple issue whose one winner scored above 90 was judged on the very commit that a review would look at. */
function notNeeded(context: Context): string | undefined {
  const { complexity, tasks, sentBack } = context.payload;
  const [only] = context.dependencies;
  if (complexity >= 3 || tasks !== 1 || sentBack > 0) return undefined;
  const { worldScore, winner } = resultOf(implementType, only);
  return worldScore > 90 ? `complexity ${complexity} is below 3 and ${winner} won with ${worldScore} points` : undefined;
}

function decide(context: Context, run: RunAttributes, { report, warnings }: ReadReport): Outcome<ReviewResult> {
  if (report.recommendation === 'APPROVE') return accepted(report, null, warnings);
  if (report.recommendation === 'REJECT' && context.payload.sentBack < mostSentBack) return sendBack(context, run, report);
  if (report.recommendation === 'REVIEW' && run.approveAll) return accepted(report, '--yes', warnings);
  return askAbout(context, report);
}

/** Asks a person, and keeps the report they are asked about: the branch is not judged anew behind their answer. */
function askAbout(context: Context, report: ReviewReport): Outcome<ReviewResult> {
  const reason = `the review gives the branch ${report.score} points of 100`;
  const findings = report.issues.join(' ') || 'nothing is known of what it does';
  const payload: ApprovePayload = {
    reason,
    question: `The review gives the branch ${report.score} points of 100 (${findings}). Hand it over all the same?`,
    details: report,
  };
  const child: TaskSpec = { type: approveType.name, key: 'approve-review', payload };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: { ...context.payload, asked: report } } };
}

function answered(context: Context, report: ReviewReport): Outcome<ReviewResult> {
  const answer = byKey(context.children, 'approve-review');
  const approval = resultIfAny(approveType, answer);
  if (approval !== undefined) return accepted(report, approval.approvedBy);
  const why = answer === undefined ? 'nobody answered' : whyNot(answer);
  return { kind: 'failure', reason: `the branch was not approved (review score ${report.score}): ${why}`, retryHint: 'never' };
}

function accepted(report: ReviewReport, approvedBy: string | null, warnings: readonly string[] = []): Outcome<ReviewResult> {
  return {
    kind: 'success',
    result: { kind: 'reviewed', report, label: qualityLabel(report.score), approvedBy, warnings },
    observations: report.issues,
  };
}

/** One more task on top of the branch, told what was found; the review goes on when it is done. */
function sendBack(context: Context, run: RunAttributes, report: ReviewReport): Outcome<ReviewResult> {
  const sentBack = context.payload.sentBack + 1;
  const findings = report.issues.map((issue) => `- ${issue}`).join('\n');
  const number = context.payload.tasks + sentBack;
  const payload: ImplementPayload = {
    planTask: {
      id: `repair-${sentBack}`,
      title: `Mend what the review found: ${run.issue.title}`,
      instructions: `# Mend what the review found\n\n${findings}\n\n## The issue that this is about: ${run.issue.title}\n\n${run.issue.body}\n`,
      after: [],
      estimatedMinutes: 15,
      agentType: 'codegen',
      position: { number, of: number },
    },
    step: { kind: 'start' },
    round: 1,
  };
  const child: TaskSpec = { type: implementType.name, key: payload.planTask.id, payload };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: { ...context.payload, sentBack } } };
}
