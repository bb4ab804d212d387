import type { JobId } from '../domain/ids.ts';
import { inChange } from './change.ts';
import { noSuchJob } from './no-such-job.ts';
import type { EngineParts } from './parts.ts';

/** Starts nothing of a job until it is resumed; what runs goes on to its end. @returns whether it was going on. */
export function pause(parts: EngineParts, jobId: JobId, reason: string): Promise<boolean> {
  return inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (job.paused || job.endedAt !== undefined || job.cancel !== undefined) return false;
    await change.event(jobId, { type: 'job.paused', data: { jobId, reason } });
    change.setJob({ ...(await change.job(jobId)), paused: true });
    for (const { id } of await (await change.records()).tasks(jobId, { states: ['ready'] })) {
      const task = await change.task(id);
      if (task?.state === 'ready') await change.move(task, { type: 'held', waiting: { reason: 'paused' } }, reason);
    }
    return true;
  });
}

/** Lets a paused job go on. @returns whether it was paused. */
export function resume(parts: EngineParts, jobId: JobId): Promise<boolean> {
  return inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (!job.paused) return false;
    await change.event(jobId, { type: 'job.resumed', data: { jobId } });
    change.setJob({ ...(await change.job(jobId)), paused: false });
    for (const { id } of await (await change.records()).tasks(jobId, { states: ['pending'] })) {
      const task = await change.task(id);
      if (task?.state !== 'pending' || task.waiting.reason !== 'paused') continue;
      await change.move(task, { type: 'lifted' }, 'The job was resumed');
    }
    return true;
  });
}
