import type { TaskSpec } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { ReviewReport } from '../domain/review.ts';
import { qualityLabel } from '../domain/review.ts';
import type { RunAttributes } from '../domain/run.ts';
import { defaultReviewWeights } from '../evaluation/review-score.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { handle } from '../weaver/handler.ts';
import { escalationOf, patienceOf } from './escalate.ts';
import { reviewBranch } from './review-branch.ts';
import type { ReadReport } from './roles/review-by-model.ts';
import { byKey, resultIfAny, resultOf, whyNot } from './settled.ts';
import type { ApprovePayload, ImplementPayload, ReviewPayload, ReviewResult } from './task-types.ts';
import { approveType, implementType, reviewType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { isTriedAgain } from './tried-again.ts';
import { runOf } from './tools.ts';

/** Times a branch is sent back with the findings; then a person decides. */
const mostSentBack = 2;

/** The most findings that a question names. */
const mostFailing = 50;

type Context = TaskContext<ReviewPayload>;

/**
 * Phase 6: the whole branch on a fresh checkout. From `gates.reviewPass` points it goes on, from `gates.reviewAsk` a
 * person is asked, below that the work is sent back with the findings. What a person has mended themselves is reviewed again.
 */
export function review(tools: WorkflowTools) {
  return handle(reviewType, async (context): Promise<Outcome<ReviewResult>> => {
    const { asked } = context.payload;
    const answer = asked === null ? undefined : await answered(context, asked);
    if (answer !== undefined) return answer;
    const passed = notNeeded(context);
    if (passed !== undefined) return { kind: 'success', result: { kind: 'not-needed', ...passed } };
    const read = await reviewBranch(tools, context);
    const outcome = decide(context, runOf(context), read);
    return { ...outcome, observations: [...(outcome.observations ?? []), ...read.warnings], costMicroUsd: read.costMicroUsd };
  });
}

/** A simple issue whose one winner scored above 90 was judged on the very commit that a review would look at. */
function notNeeded(context: Context): { readonly reason: string; readonly points: number } | undefined {
  const { complexity, tasks, sentBack, asked } = context.payload;
  const [only] = context.dependencies;
  if (complexity >= 3 || tasks !== 1 || sentBack > 0 || asked !== null) return undefined;
  const { worldScore, winner } = resultOf(implementType, only);
  if (worldScore <= 90) return undefined;
  return { reason: `complexity ${complexity} is below 3 and ${winner} won with ${worldScore} points`, points: worldScore };
}

function decide(context: Context, run: RunAttributes, { report, warnings }: ReadReport): Outcome<ReviewResult> {
  if (report.recommendation === 'APPROVE') return accepted(context, report, null, warnings);
  if (report.recommendation === 'REJECT' && context.payload.sentBack < mostSentBack) return sendBack(context, run, report);
  if (report.recommendation === 'REVIEW' && run.approveAll) return accepted(context, report, '--yes', warnings);
  return askAbout(context, run, report);
}

/** Of what is found of security a person reads every finding each time. */
function namesSecurity({ gravest, breakdown: { security } }: ReviewReport): boolean {
  return gravest !== undefined || (security !== null && security < defaultReviewWeights.security);
}

/** Asks a person, and keeps the report they are asked about: the branch is not judged anew behind their answer. */
function askAbout(context: Context, run: RunAttributes, report: ReviewReport): Outcome<ReviewResult> {
  const { sentBack } = context.payload;
  const reason = `the review gives the branch ${report.score} points of 100`;
  const findings = report.issues.join(' ') || 'nothing is known of what it does';
  const patience = patienceOf(run.config);
  const payload: ApprovePayload = {
    reason,
    question: `The review gives the branch ${report.score} points of 100 (${findings}). Hand it over all the same?`,
    details: escalationOf(run, {
      kind: 'review',
      onlyOnce: namesSecurity(report),
      severity: report.gravest ?? (report.recommendation === 'REJECT' ? 'high' : 'medium'),
      reason: sentBack === 0 ? reason : `${reason} after it was sent back ${sentBack === 1 ? 'once' : `${sentBack} times`}`,
      recommendation:
        report.gravest === undefined
          ? 'Read the findings: hand it over as it is, mend it yourself, or end the run.'
          : `A finding is ${report.gravest}: hand it over only if you know why it is none.`,
      failing: report.issues.slice(0, mostFailing),
      about: {
        score: report.score,
        breakdown: report.breakdown,
        recommendation: report.recommendation,
        issues: report.issues.slice(0, mostFailing),
      },
      actions: { approve_anyway: 'Hand it over as it is', manual_fix: 'Mend it by hand, then it is reviewed again', reject: 'End the run' },
    }),
    ...(patience === undefined ? {} : { patience }),
  };
  const child: TaskSpec = { type: approveType.name, key: 'approve-review', payload };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload: { ...context.payload, asked: report } } };
}

/** @returns undefined where the person has mended the branch, or it is tried again after a no: it is reviewed as it is now. */
async function answered(context: Context, report: ReviewReport): Promise<Outcome<ReviewResult> | undefined> {
  const answer = byKey(context.children, 'approve-review');
  const approval = resultIfAny(approveType, answer);
  if (approval?.fixed !== undefined) return undefined;
  if (approval !== undefined) return accepted(context, report, approval.approvedBy);
  if (answer !== undefined && (await isTriedAgain(context, answer))) return undefined;
  const why = answer === undefined ? 'nobody answered' : whyNot(answer);
  return { kind: 'failure', reason: `the branch was not approved (review score ${report.score}): ${why}`, retryHint: 'never' };
}

function accepted(
  { payload: { earlier = [] } }: Context,
  report: ReviewReport,
  approvedBy: string | null,
  warnings: readonly string[] = [],
): Outcome<ReviewResult> {
  return {
    kind: 'success',
    result: { kind: 'reviewed', report, label: qualityLabel(report.score), approvedBy, warnings, earlier },
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
  const nextPayload: ReviewPayload = { ...context.payload, asked: null, sentBack, earlier: [...(context.payload.earlier ?? []), report] };
  return { kind: 'success', decomposition: { join: 'resume', children: [child], nextPayload } };
}
