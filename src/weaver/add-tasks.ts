import type { JobId, TaskId } from '../domain/ids.ts';
import { Failure } from '../domain/failure.ts';
import { totalOf } from '../domain/job.ts';
import type { Job, TaskSpec } from '../domain/job.ts';
import { addedTasksShape } from '../domain/specs.ts';
import { inChange } from './change.ts';
import { checkGiven, refused } from './check-given.ts';
import type { EngineParts } from './parts.ts';
import { namedOutside, planTasks } from './plan-tasks.ts';
import { noSuchJob } from './no-such-job.ts';

const refusal = { what: 'The tasks were not added.', fix: 'Correct them and add them again; none of them was stored.' };

/**
 * Gives an open job more tasks, all or none. They may depend on each other by key, and by id on tasks that the job has already.
 *
 * @returns their ids, in order.
 * @throws Failure (usage) naming the path of the fault, or when the job is sealed or has ended.
 */
export async function addTasks(parts: EngineParts, jobId: JobId, given: readonly TaskSpec[]): Promise<readonly TaskId[]> {
  const { tasks: specs } = checkGiven(addedTasksShape, { tasks: given }, refusal);
  return inChange(parts, async (change) => {
    const job = await change.findJob(jobId);
    if (job === undefined) throw noSuchJob(jobId);
    if (job.sealed || job.cancel !== undefined) throw closed(job);
    const known = new Set<string>();
    for (const id of namedOutside(specs)) if ((await change.task(id as TaskId))?.jobId === jobId) known.add(id);
    const firstNumber = totalOf(job.counts) + 1;
    const plan = planTasks(
      { path: 'tasks', specs, jobId, budget: job.budget, parent: undefined, known, now: change.now, firstNumber },
      parts,
    );
    if (plan.kind === 'fault') throw refused(refusal, plan.path, plan.problem);
    await change.add(plan.tasks, plan.edges);
    return plan.tasks.map((task) => task.id);
  });
}

/** Nothing can be corrected: such a job takes no more tasks. */
function closed({ id, sealed }: Job): Failure {
  return new Failure(
    'usage',
    {
      what: 'The tasks were not added.',
      why: `The job ${sealed ? 'is sealed' : 'was cancelled'}: nobody can give it more tasks.`,
      fix: 'Submit another job. One that is submitted with open: true takes tasks until it is sealed.',
    },
    { facts: { jobId: id } },
  );
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
