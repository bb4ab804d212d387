import type { TaskContext } from '../weaver/handler.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

/** Keeps of what a run was begun, where its first task finds that whoever began it died before they could: a second time changes nothing. */
export async function keepFollowUp(
  { ledger, clock }: Pick<WorkflowTools, 'ledger' | 'clock'>,
  context: Pick<TaskContext<unknown>, 'jobId' | 'attributes'>,
): Promise<void> {
  const { startedFrom, startedBy } = runOf(context);
  if (startedFrom === undefined) return;
  const { run: from, kind, planTask, world, commit, reason } = startedFrom;
  const by = startedBy?.who ?? 'somebody';
  await ledger.followUps.record({ jobId: context.jobId, from, kind, planTask, world, commit, by, reason, at: clock.now() });
}
