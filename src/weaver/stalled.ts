import type { JobId, TaskId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import type { StoreReader } from '../ports/store.ts';
import type { EngineParts } from './parts.ts';

/** A task that does not go on although it could. */
export interface StalledTask {
  readonly jobId: JobId;
  readonly taskId: TaskId;
  /** Of the job. */
  readonly title: string;
  readonly groupKey: string | undefined;
  readonly key: string;
  /** Epoch ms. */
  readonly since: number;
  /** `lease`: whoever executes it has not renewed its lease. `nobody`: nobody takes it. */
  readonly why: 'lease' | 'nobody';
}

/** The longest first. */
export function stalled(
  { store, clock, timing }: Pick<EngineParts, 'store' | 'clock' | 'timing'>,
  { readyForMs, limit }: { readonly readyForMs: number; readonly limit: number },
): Promise<readonly StalledTask[]> {
  const now = clock.now();
  return store.read(async (records) => {
    // One that was renewed late is no sign of a death.
    const expired = await records.expiredTasks(now - timing.leaseMs, limit);
    const left = await records.readyTasks(undefined, limit, { readyUntil: now - readyForMs });
    const found = [...(await named(records, expired, 'lease')), ...(await named(records, left, 'nobody'))];
    return found.toSorted((one, other) => one.since - other.since);
  });
}

async function named(records: StoreReader, tasks: readonly Task[], why: StalledTask['why']): Promise<readonly StalledTask[]> {
  const jobs = new Map((await records.jobsById([...new Set(tasks.map(({ jobId }) => jobId))])).map((job) => [job.id, job]));
  return tasks.flatMap((task) => {
    const job = jobs.get(task.jobId);
    const since = task.state === 'running' ? task.lease.until : task.state === 'ready' ? task.readyAt : undefined;
    if (job === undefined || since === undefined) return [];
    const { id: taskId, jobId, key } = task;
    return [{ jobId, taskId, title: job.title, groupKey: job.groupKey, key, since, why }];
  });
}
