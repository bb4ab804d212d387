import type { JobId } from '../domain/ids.ts';
import { reasonShape } from '../domain/specs.ts';
import { inChange } from './change.ts';
import { checkGiven } from './check-given.ts';
import { moveRest, moveSome } from './move-rest.ts';
import { noSuchJob } from './no-such-job.ts';
import type { EngineParts } from './parts.ts';
import { reapDeadProcesses } from './reap.ts';

/**
 * Starts nothing new: what does not run ends at once, what runs is aborted by its worker and loses its lease
 * when the grace period is over. What a dead process was executing is taken back first: nobody else would ever end it.
 * The first reason stays.
 */
export async function cancel(parts: EngineParts, jobId: JobId, reason: string): Promise<void> {
  checkGiven(reasonShape, { reason }, { what: 'The job was not cancelled.', fix: 'Say why, in some words.' });
  await reapDeadProcesses(parts);
  const last = await inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (job.endedAt !== undefined || job.cancel !== undefined) return undefined;
    change.setJob({ ...job, cancel: { reason, at: change.now } });
    const moved = await moveSome(change, jobId, reason);
    await change.limitLeases(jobId, change.now + parts.timing.graceMs + graceForTheWorker);
    return moved;
  });
  await moveRest(parts, jobId, reason, last);
}

/** The worker's own grace period comes first: it knows whether the handler has returned. In ms. */
const graceForTheWorker = 1_000;
