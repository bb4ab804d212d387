import type { JobId, TaskId } from '../domain/ids.ts';
import { totalOf } from '../domain/job.ts';
import type { TaskSpec } from '../domain/job.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';
import { namedDependencies, planTasks } from './plan-tasks.ts';
import { noSuchJob } from './no-such-job.ts';
import { refused } from './submit.ts';

/**
 * Gives an open job more tasks, all or none. They may depend on each other by key, and by id on tasks that the job has already.
 *
 * @returns their ids, in order.
 * @throws Failure (usage) naming the path of the fault, or when the job is sealed or has ended.
 */
export function addTasks(parts: EngineParts, jobId: JobId, specs: readonly TaskSpec[]): Promise<readonly TaskId[]> {
  return inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (job.sealed || job.cancel !== undefined) throw refused('job', job.sealed ? 'is sealed' : 'was cancelled');
    const known = new Set<string>();
    for (const id of new Set(namedDependencies(specs))) if ((await change.task(id as TaskId))?.jobId === jobId) known.add(id);
    const firstNumber = totalOf(job.counts) + 1;
    const plan = planTasks(
      { path: 'tasks', specs, jobId, budget: job.budget, parent: undefined, known, now: change.now, firstNumber },
      parts,
    );
    if (plan.kind === 'fault') throw refused(plan.path, plan.problem);
    await change.add(plan.tasks, plan.edges);
    return plan.tasks.map((task) => task.id);
  });
}

/** No more tasks will be added from outside: the job ends when those it has do. Sealing twice is sealing once. */
export function seal(parts: EngineParts, jobId: JobId): Promise<void> {
  return inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (job.sealed) return;
    change.setJob({ ...job, sealed: true });
    await change.event(jobId, { type: 'job.sealed', data: { jobId } });
  });
}
