import type { CheckEvidence } from '../domain/evidence.ts';
import { documentationOf } from '../evaluation/documentation.ts';
import { unexecutedOf } from '../evaluation/quality/unexecuted.ts';
import { reviewScore } from '../evaluation/review-score.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { evidenceAt } from './base-evidence.ts';
import { judgeCommit } from './judge-commit.ts';
import { openMirror } from './open-mirror.ts';
import { planChecks } from './plan-checks.ts';
import { reviewByModel } from './roles/review-by-model.ts';
import type { ReadReport } from './roles/review-by-model.ts';
import { resultIfAny } from './settled.ts';
import type { ReviewPayload } from './task-types.ts';
import { implementType } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/** Looks at the run's whole branch as one change against the base it started from: by what it does, then, where one is configured, by a model. */
export async function reviewBranch(tools: WorkflowTools, context: TaskContext<ReviewPayload>): Promise<ReadReport> {
  const run = runOf(context);
  const mirror = await openMirror(tools, context);
  const base = run.base.commit;
  const head = await mirror.readRef(runHeadRef(context.jobId));
  if (head === undefined) throw new Error('the run has no branch to review');
  const checks = await planChecks(tools, mirror, base, run.config);
  const { evidence } = await evidenceAt(tools, context, base, checks);
  const change = await mirror.change(base, head);
  const { purpose = 'code' } = context.payload;
  const judged = { name: 'review', shown: 'the branch', base, evidence, commit: head, change, checks, purpose };
  const { check, security, integrity, patch, texts } = await judgeCommit(tools, context, mirror, judged);
  const documentation = await documentationOf({ change, ...texts });
  const { reviewPass, reviewAsk } = run.config.gates;
  const report = reviewScore({
    base: evidence,
    check,
    documentation,
    security,
    integrity,
    ...coverageOf(patch, check),
    isAccepted: context.dependencies.some((task) => resultIfAny(implementType, task)?.isTaken === true),
    thresholds: { pass: reviewPass, ask: reviewAsk },
  });
  return await reviewByModel(tools, context, { report, patch: async () => await Promise.resolve(patch) });
}

/** The share of the changed lines that tests ran, where that was measured and there are any. */
function coverageOf(patch: string, { coverage }: CheckEvidence): { readonly coverage?: number } {
  const unexecuted = unexecutedOf(patch, coverage);
  return unexecuted === undefined || unexecuted.of === 0 ? {} : { coverage: 1 - unexecuted.lines / unexecuted.of };
}
