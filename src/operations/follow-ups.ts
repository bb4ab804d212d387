import type { ToldFollowUp } from '../domain/api/runs.ts';
import type { JobId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import type { FollowUp } from '../ports/follow-ups.ts';
import type { OperationTools } from './tools.ts';

/** Of which world of another run a run was begun, and which runs were begun of its own. */
export async function followUpsOf(
  { ledger }: Pick<OperationTools, 'ledger'>,
  jobId: JobId,
): Promise<{ readonly startedFrom: ToldFollowUp | null; readonly followUps: readonly ToldFollowUp[] }> {
  const from = await ledger.followUps.of(jobId);
  const begun = await ledger.followUps.from(jobId);
  return { startedFrom: from === undefined ? null : told(from, from.from), followUps: begun.map((one) => told(one, one.jobId)) };
}

function told({ kind, planTask, world, commit, by, reason, at }: FollowUp, other: JobId): ToldFollowUp {
  return { run: displayId('run', other), kind, task: planTask, world, commit, by, reason: reason ?? null, at };
}

/** What was begun of a world, in a sentence: `ada handed bravo of task-1 over by run_…: smaller`. */
export function followUpInWords({ jobId, kind, planTask, world, by, reason }: FollowUp): string {
  const run = displayId('run', jobId);
  const why = reason === undefined ? '' : `: ${reason}`;
  return kind === 'pick'
    ? `${by} handed ${world} of ${planTask} over by ${run}${why}`
    : `${by} had ${world} of ${planTask} changed by ${run}${why}`;
}
