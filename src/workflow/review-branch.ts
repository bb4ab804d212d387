import { runChecks } from '../evaluation/checks/run.ts';
import { documentationOf } from '../evaluation/documentation.ts';
import { reviewScore } from '../evaluation/review-score.ts';
import type { TaskContext } from '../weaver/handler.ts';
import { evidenceAt } from './base-evidence.ts';
import { withCheckout } from './checkout.ts';
import { planChecks } from './plan-checks.ts';
import { reviewByModel } from './roles/review-by-model.ts';
import type { ReadReport } from './roles/review-by-model.ts';
import type { WorkflowTools } from './tools.ts';
import { runHeadRef, runOf } from './tools.ts';

/** Looks at the run's whole branch as one change against the base it started from: by what it does, then, where one is configured, by a model. */
export async function reviewBranch(tools: WorkflowTools, context: TaskContext<unknown>): Promise<ReadReport> {
  const run = runOf(context);
  const mirror = await tools.git.open(tools.state.mirror(run.repositoryId));
  const base = run.base.commit;
  const head = await mirror.readRef(runHeadRef(context.jobId));
  if (head === undefined) throw new Error('the run has no branch to review');
  const checks = await planChecks(tools, mirror, base, run.config);
  const { evidence } = await evidenceAt(tools, context, base, checks);
  const check = await withCheckout(tools, context, { name: 'review', commit: head, checks }, async ({ setting, install }) => {
    return await runChecks({ ...setting, commit: head, install, onStep: (step) => context.progress(`the branch: ${step}`) });
  });
  const documentation = await documentationOf({
    change: await mirror.change(base, head),
    before: async (path) => await mirror.readFile(base, path),
    after: async (path) => await mirror.readFile(head, path),
  });
  const { reviewPass, reviewAsk } = run.config.gates;
  const report = reviewScore({ base: evidence, check, documentation, thresholds: { pass: reviewPass, ask: reviewAsk } });
  return await reviewByModel(tools, context, { report, patch: async () => await mirror.patch(base, head) });
}
