import type { BaseEvidence, TestEvidence } from '../domain/evidence.ts';
import type { CommitId, JobId } from '../domain/ids.ts';
import { baseEvidence, isLasting } from '../evaluation/base.ts';
import { runTests } from '../evaluation/checks/run-tests.ts';
import { runChecks } from '../evaluation/checks/run.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { Checkout } from './checkout.ts';
import { withCheckout } from './checkout.ts';
import type { PlannedChecks } from './task-types.ts';
import { tellChecks } from './tell-checks.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/**
 * How long, in ms, evidence serves other runs than the one that made it: what tests need besides the commit (a service, a
 * registry, the date) may be another later.
 */
export const evidenceServesOthersMs = 3_600_000;

export interface EvidenceAt {
  readonly evidence: BaseEvidence;
  /** `agoMs`: how long ago another run made it; absent where it was this one. */
  readonly reused?: { readonly agoMs?: number };
}

/**
 * What is known of a commit that work starts from. A run judges by the same evidence from its beginning to its end, however long it
 * rests in between; what another run found serves it only while that is young.
 */
export async function evidenceAt(
  tools: WorkflowTools,
  context: TaskContext<unknown>,
  commit: CommitId,
  checks: PlannedChecks,
): Promise<EvidenceAt> {
  const { ledger, clock } = tools;
  const { repositoryId } = runOf(context);
  const own = await ledger.runEvidence(context.jobId, commit, checks.digest);
  if (own !== undefined) return { evidence: own, reused: {} };
  const kept = await ledger.baseEvidence(repositoryId, commit, checks.digest);
  const age = kept === undefined ? undefined : clock.now() - kept.at;
  if (kept !== undefined && age !== undefined && age >= 0 && age < evidenceServesOthersMs) {
    await ledger.saveRunEvidence(context.jobId, commit, checks.digest, kept.evidence);
    return { evidence: kept.evidence, reused: { agoMs: age } };
  }
  const request = { name: 'check', commit, checks };
  const { evidence, again } = await withCheckout(tools, context, request, async (checkout) => await checkTwice(tools, context, checkout));
  await ledger.saveRunEvidence(context.jobId, commit, checks.digest, evidence);
  if (isLasting(evidence.check, again)) await ledger.saveBaseEvidence(repositoryId, commit, checks.digest, evidence);
  return { evidence };
}

async function checkTwice(
  { telemetry }: Pick<WorkflowTools, 'telemetry'>,
  context: TaskContext<unknown>,
  { setting, commit, install }: Checkout,
): Promise<{ readonly evidence: BaseEvidence; readonly again: TestEvidence }> {
  const check = await runChecks({ ...setting, commit, install, onStep: (step) => context.progress(`the base: ${step}`), telemetry });
  tellChecks(telemetry, check);
  if (check.tests.kind === 'none') return { evidence: baseEvidence(check, check.tests), again: check.tests };
  context.progress('the base: tests, once more');
  const again = await runTests(setting);
  return { evidence: baseEvidence(check, again), again };
}

/** The evidence that a run has of a base. @throws when it was not checked: a defect of the graph, not of a run. */
export async function knownEvidence(
  tools: Pick<WorkflowTools, 'ledger'>,
  jobId: JobId,
  base: CommitId,
  checks: PlannedChecks,
): Promise<BaseEvidence> {
  const evidence = await tools.ledger.runEvidence(jobId, base, checks.digest);
  if (evidence === undefined) throw new Error(`the base ${base} was expected to have been checked`);
  return evidence;
}
