import type { TaskSpec } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ReviewReport } from '../domain/review.ts';
import { qualityLabel } from '../domain/review.ts';
import type { RunAttributes } from '../domain/run.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import type { ApprovalAnswer } from './approve.ts';
import { approvalSignal } from './approve.ts';
import { reviewBranch } from './review-branch.ts';
import { resultOf } from './settled.ts';
import type { ImplementPayload, ReviewPayload, ReviewResult } from './task-types.ts';
import { implementType, reviewType } from './task-types.ts';
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
    const run = runOf(context);
    const reason = notNeeded(context);
    if (reason !== undefined) return { kind: 'success', result: { kind: 'not-needed', reason } };
    const report = await reviewBranch(tools, context);
    return decide(context, run, report);
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

function decide(context: Context, run: RunAttributes, report: ReviewReport): Outcome<ReviewResult> {
  const { answer, payload } = context;
  if (report.recommendation === 'APPROVE') return accepted(report, null);
  if (answer !== undefined) {
    const given = answer.payload as ApprovalAnswer;
    if (given.approved) return accepted(report, answer.by);
    return { kind: 'failure', reason: `${answer.by} rejected the branch (review score ${report.score})`, retryHint: 'never' };
  }
  if (report.recommendation === 'REJECT' && payload.sentBack < mostSentBack) return sendBack(context, run, report);
  if (report.recommendation === 'REVIEW' && run.approveAll) return accepted(report, '--yes');
  const question = `The review gives the branch ${report.score} points of 100 (${report.issues.join(' ') || 'there was nothing to judge by'}). Hand it over all the same?`;
  return {
    kind: 'blocked',
    reason: `the review gives the branch ${report.score} points of 100`,
    need: { signal: approvalSignal, from: 'person', question, details: report },
  };
}

function accepted(report: ReviewReport, approvedBy: string | null): Outcome<ReviewResult> {
  return {
    kind: 'success',
    result: { kind: 'reviewed', report, label: qualityLabel(report.score), approvedBy },
    observations: report.issues,
  };
}

/** One more task on top of the branch, told what was found; the review goes on when it is done. */
function sendBack(context: Context, run: RunAttributes, report: ReviewReport): Outcome<ReviewResult> {
  const sentBack = context.payload.sentBack + 1;
  const findings = report.issues.map((issue) => `- ${issue}`).join('\n');
  const payload: ImplementPayload = {
    planTask: {
      id: `repair-${sentBack}`,
      title: `Mend what the review found: ${run.issue.title}`,
      instructions: `# Mend what the review found\n\n${findings}\n\n## The issue that this is about: ${run.issue.title}\n\n${run.issue.body}\n`,
      after: [],
      estimatedMinutes: 15,
      agentType: 'codegen',
    },
    step: { kind: 'start' },
    round: 1,
  };
  const child: TaskSpec = { type: implementType.name, key: payload.planTask.id, payload };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: { ...context.payload, sentBack } } };
}
