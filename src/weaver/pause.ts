import type { JobId } from '../domain/ids.ts';
import { reasonShape } from '../domain/specs.ts';
import { inChange } from './change.ts';
import { checkGiven } from './check-given.ts';
import { moveRest, moveSome } from './move-rest.ts';
import { noSuchJob } from './no-such-job.ts';
import type { EngineParts } from './parts.ts';

/** Starts nothing of a job until it is resumed; what runs goes on to its end. @returns whether it was going on. */
export async function pause(parts: EngineParts, jobId: JobId, reason: string): Promise<boolean> {
  checkGiven(reasonShape, { reason }, { what: 'The job was not paused.', fix: 'Say why, in some words.' });
  const { done, last } = await inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (job.paused || job.endedAt !== undefined || job.cancel !== undefined) return { done: false, last: undefined };
    await change.event(jobId, { type: 'job.paused', data: { jobId, reason } });
    change.setJob({ ...(await change.job(jobId)), paused: true, pausedReason: reason });
    return { done: true, last: await moveSome(change, jobId, reason) };
  });
  await moveRest(parts, jobId, reason, last);
  return done;
}

/** Lets a paused job go on. @returns whether it was paused. */
export async function resume(parts: EngineParts, jobId: JobId): Promise<boolean> {
  const reason = 'The job was resumed';
  const { done, last } = await inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (!job.paused) return { done: false, last: undefined };
    await change.event(jobId, { type: 'job.resumed', data: { jobId } });
    change.setJob({ ...(await change.job(jobId)), paused: false, pausedReason: undefined });
    return { done: true, last: await moveSome(change, jobId, reason) };
  });
  await moveRest(parts, jobId, reason, last);
  return done;
}
