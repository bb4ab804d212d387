import type { TaskId } from '../domain/ids.ts';
import { totalOf } from '../domain/job.ts';
import type { Job, JobState } from '../domain/job.ts';
import type { PendingTask, StoreReader } from '../ports/store.ts';

/** So many of what holds a job are named. */
const mostNamed = 20;

/** What a reason is made of that the job itself does not say. */
export type PendingReader = Pick<StoreReader, 'pendingTasks' | 'dependencies'>;

/** Why a job is in its state, for people. */
export async function jobStateReason(records: PendingReader, job: Job, state: JobState): Promise<string> {
  switch (state) {
    case 'running':
      return 'Tasks can be run';
    case 'paused':
      return job.pausedReason === undefined ? 'Paused' : `Paused: ${job.pausedReason}`;
    case 'completed':
      return `All ${totalOf(job.counts)} tasks are done${answered(job)}`;
    case 'cancelled':
      return job.cancel?.reason ?? 'Cancelled';
    case 'failed':
      return `${(job.counts.dead ?? 0) + (job.counts.cancelled ?? 0)} of ${totalOf(job.counts)} tasks did not succeed`;
    case 'waiting':
      return list(await records.pendingTasks(job.id, { needing: true, limit: mostNamed }), needing(job), ({ key, waiting }) =>
        'need' in waiting ? `${key}: ${waiting.need.question}` : key,
      );
    case 'stuck':
      return `Nothing can move any more: ${await whatHoldsIt(records, job)}`;
  }
}

async function whatHoldsIt(records: PendingReader, job: Job): Promise<string> {
  const pending = await records.pendingTasks(job.id);
  const names = new Map<TaskId, string>();
  for (const task of pending.slice(0, mostNamed)) names.set(task.id, await missing(records, task, pending));
  return list(pending, pending.length, (task) => `${task.key} waits for ${names.get(task.id) ?? task.waiting.reason}`);
}

/** Whatever a stuck job still waits for is pending itself. */
async function missing(records: PendingReader, task: PendingTask, pending: readonly PendingTask[]): Promise<string> {
  if ('need' in task.waiting) return `what nobody can supply (${task.waiting.need.question})`;
  if (task.waiting.reason === 'children')
    return pending
      .filter((child) => child.parentTaskId === task.id)
      .map(({ key }) => key)
      .join(', ');
  if (task.waiting.reason !== 'deps') return task.waiting.reason;
  const on = new Set((await records.dependencies([task.id])).map((edge) => edge.onTaskId));
  return pending
    .filter(({ id }) => on.has(id))
    .map(({ key }) => key)
    .join(', ');
}

function answered({ counts: { answered: died = 0 } }: Job): string {
  return died === 0
    ? ''
    : `; ${died} of them died, and ${died === 1 ? 'the task that had begun it' : 'the tasks that had begun them'} went on`;
}

/** How many tasks wait for what somebody has to supply. */
function needing({ counts: { person = 0, event = 0, budget = 0, deadline = 0, nobody = 0 } }: Job): number {
  return person + event + budget + deadline + nobody;
}

/** @param all how many there are, of which `tasks` are at least as many of the first as are named. */
function list(tasks: readonly PendingTask[], all: number, describe: (task: PendingTask) => string): string {
  const more = all > mostNamed ? `; and ${all - mostNamed} more` : '';
  return `${tasks.slice(0, mostNamed).map(describe).join('; ')}${more}`;
}
