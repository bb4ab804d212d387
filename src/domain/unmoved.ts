import type { Job, TaskBucket } from './job.ts';

/** What was done to a job that has not reached all of its tasks yet. */
export type Unmoved = 'cancelled' | 'paused' | 'resumed';

const ended: ReadonlySet<string> = new Set<TaskBucket>(['succeeded', 'decomposed', 'dead', 'answered', 'cancelled', 'skipped']);

/**
 * Whether tasks of the job are still to be moved: many tasks are moved in several transactions. A cancelled job has none that neither runs nor
 * has ended, a paused one none that is ready, and only a paused one any that is held back by a pause.
 */
export function unmoved({ counts, cancel, paused }: Pick<Job, 'counts' | 'cancel' | 'paused'>): Unmoved | undefined {
  if (cancel !== undefined) {
    const left = Object.entries(counts).some(([bucket, count]) => count > 0 && bucket !== 'running' && !ended.has(bucket));
    return left ? 'cancelled' : undefined;
  }
  if (paused) return (counts.ready ?? 0) > 0 ? 'paused' : undefined;
  return (counts.paused ?? 0) > 0 ? 'resumed' : undefined;
}

/** Whether something of the job may be started. */
export function hasStartable({ counts, cancel, paused }: Pick<Job, 'counts' | 'cancel' | 'paused'>): boolean {
  return (counts.ready ?? 0) > 0 && cancel === undefined && !paused;
}
