import type { JobId } from '../domain/ids.ts';
import { hasEnded, nothingUsed } from '../domain/task.ts';
import { inChange } from './change.ts';
import { noSuchJob } from './no-such-job.ts';
import type { EngineParts } from './parts.ts';
import { reapDeadProcesses } from './reap.ts';

/**
 * Starts nothing new: what does not run ends at once, what runs is aborted by its worker and loses its lease
 * when the grace period is over. What a dead process was executing is taken back first: nobody else would ever end it.
 * The first reason stays.
 */
export async function cancel(parts: EngineParts, jobId: JobId, reason: string): Promise<void> {
  await reapDeadProcesses(parts);
  await inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (job.endedAt !== undefined || job.cancel !== undefined) return;
    change.setJob({ ...job, cancel: { reason, at: change.now } });
    const tasks = await (await change.records()).tasks(jobId);
    for (const { id } of tasks) {
      const task = await change.task(id);
      if (task === undefined || task.state === 'running' || hasEnded(task)) continue;
      await change.move(task, { type: 'cancelled', reason, used: nothingUsed }, reason);
    }
    await change.limitLeases(jobId, change.now + parts.timing.graceMs + graceForTheWorker);
  });
}

/** The worker's own grace period comes first: it knows whether the handler has returned. In ms. */
const graceForTheWorker = 1_000;
