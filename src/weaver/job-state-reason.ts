import type { Job, JobState } from '../domain/job.ts';
import { hasEnded } from '../domain/task.ts';
import type { Task } from '../domain/task.ts';
import type { StoreReader } from '../ports/store.ts';

/** Why a job is in its state, for people. */
export async function jobStateReason(records: StoreReader, job: Job, state: JobState): Promise<string> {
  switch (state) {
    case 'running':
      return 'Tasks can be run';
    case 'paused':
      return 'Paused by a person';
    case 'completed':
      return `All ${total(job)} tasks are done${answered(job)}`;
    case 'cancelled':
      return job.cancel?.reason ?? 'Cancelled';
    case 'failed':
      return `${(job.counts.dead ?? 0) + (job.counts.cancelled ?? 0)} of ${total(job)} tasks did not succeed`;
    case 'waiting':
      return list(await records.tasks(job.id), (task) =>
        'need' in task.waiting ? `${task.key}: ${task.waiting.need.question}` : undefined,
      );
    case 'stuck':
      return `Nothing can move any more: ${list(await records.tasks(job.id), (task) => `${task.key} waits for ${task.waiting.reason}`)}`;
  }
}

function answered({ counts: { answered: died = 0 } }: Job): string {
  return died === 0
    ? ''
    : `; ${died} of them died, and ${died === 1 ? 'the task that had begun it' : 'the tasks that had begun them'} went on`;
}

function total(job: Job): number {
  return Object.values(job.counts).reduce((sum, count) => sum + count, 0);
}

function list(tasks: readonly Task[], describe: (task: Task & { readonly state: 'pending' }) => string | undefined): string {
  return tasks
    .filter((task) => !hasEnded(task))
    .flatMap((task) => (task.state === 'pending' ? (describe(task) ?? []) : []))
    .join('; ');
}
