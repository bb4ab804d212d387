import type { JobId, ProcessId } from '../domain/ids.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';

/** Takes up jobs that had ended and are open again (a retry, an answer to a stuck one), unless somebody else has; removes them from `uncarried`. */
export async function carryReopened(parts: EngineParts, process: ProcessId, uncarried: Set<JobId>): Promise<void> {
  if (uncarried.size === 0) return;
  const open = await parts.store.read(async (records) => {
    const jobs = await Promise.all([...uncarried].map((id) => records.job(id)));
    return jobs.flatMap((job) => (job === undefined || job.endedAt !== undefined || job.carriedBy !== undefined ? [] : [job.id]));
  });
  if (open.length === 0) return;
  const carried = await inChange(parts, async (change) => {
    const taken: JobId[] = [];
    for (const id of open) if (await change.carry(id, process)) taken.push(id);
    return taken;
  });
  for (const id of carried) uncarried.delete(id);
}
