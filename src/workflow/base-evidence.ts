import type { BaseEvidence } from '../domain/evidence.ts';
import type { CommitId, RepositoryId } from '../domain/ids.ts';
import { baseEvidence } from '../evaluation/base.ts';
import { runTests } from '../evaluation/checks/run-tests.ts';
import { runChecks } from '../evaluation/checks/run.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { Checkout } from './checkout.ts';
import { withCheckout } from './checkout.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** What is known of a commit that work starts from: from the ledger, or checked now and kept there. */
export async function evidenceAt(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  commit: CommitId,
  checks: PlannedChecks,
): Promise<{ readonly evidence: BaseEvidence; readonly reused: boolean }> {
  const { repositoryId } = runOf(context);
  const known = await tools.ledger.baseEvidence(repositoryId, commit, checks.digest);
  if (known !== undefined) return { evidence: known, reused: true };
  const evidence = await withCheckout(
    tools,
    context,
    { name: 'check', commit, checks },
    async (checkout) => await checkTwice(context, checkout),
  );
  await tools.ledger.saveBaseEvidence(repositoryId, commit, checks.digest, evidence);
  return { evidence, reused: false };
}

async function checkTwice(context: TaskContext<unknown>, { setting, commit, install }: Checkout): Promise<BaseEvidence> {
  const first = await runChecks({ ...setting, commit, install, onStep: (step) => context.progress(`the base: ${step}`) });
  if (first.tests.kind === 'none') return baseEvidence(first, first.tests);
  context.progress('the base: tests, once more');
  return baseEvidence(first, await runTests(setting));
}

/** The evidence of a base that was checked before. @throws when it was not: a defect of the graph, not of a run. */
export async function knownEvidence(
  tools: WorkflowTools,
  repositoryId: RepositoryId,
  base: CommitId,
  checks: PlannedChecks,
): Promise<BaseEvidence> {
  const evidence = await tools.ledger.baseEvidence(repositoryId, base, checks.digest);
  if (evidence === undefined) throw new Error(`the base ${base} was expected to have been checked`);
  return evidence;
}
