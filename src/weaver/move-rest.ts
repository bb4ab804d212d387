import type { JobId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import { hasEnded, nothingUsed } from '../domain/task.ts';
import type { Task } from '../domain/task.ts';
import { unmoved } from '../domain/unmoved.ts';
import type { Unmoved } from '../domain/unmoved.ts';
import type { Store, TaskIdFilter } from '../ports/store.ts';
import { inChange } from './change.ts';
import type { Change } from './change.ts';
import type { EngineParts } from './parts.ts';

/** So many tasks are moved in one transaction: others have their turn in between. */
const atOnce = 500;

/** What is being moved by a call of this program. */
const underWay = new WeakMap<Store, Set<JobId>>();

const toMove: Readonly<Record<Unmoved, TaskIdFilter>> = {
  cancelled: { states: ['pending', 'ready'] },
  paused: { states: ['ready'] },
  resumed: { states: ['pending'], waiting: 'paused' },
};

/**
 * Moves the tasks of a job that a cancel, a pause or a resume has still to reach, the first of them.
 *
 * @param after the number of the task after which to begin. @returns the number of the last, if there may be more.
 */
export async function moveSome(change: Change, jobId: JobId, reason: string, after = 0): Promise<number | undefined> {
  const job = await change.job(jobId);
  const what = unmoved(job);
  if (what === undefined) return undefined;
  const found = await (await change.records()).taskIds(jobId, { ...toMove[what], after, limit: atOnce });
  for (const { id } of found) {
    const task = await change.task(id);
    if (task !== undefined) await moveOne(change, task, { what, job, reason });
  }
  return found.length < atOnce ? undefined : found.at(-1)?.number;
}

/** The rest in transactions of their own. Whoever attends does it if this program comes to its end in between. */
export async function moveRest(parts: EngineParts, jobId: JobId, reason: string, after: number | undefined): Promise<void> {
  const moving = underWay.get(parts.store) ?? new Set();
  underWay.set(parts.store, moving.add(jobId));
  try {
    let last = after;
    while (last !== undefined) {
      const from = last;
      last = await inChange(parts, (change) => moveSome(change, jobId, reason, from));
    }
  } finally {
    moving.delete(jobId);
  }
}

/** Goes on with what a program has left behind. @returns whether there may be more. */
export async function moveForOthers(parts: EngineParts, jobs: readonly JobId[]): Promise<boolean> {
  const left = jobs.filter((id) => underWay.get(parts.store)?.has(id) !== true);
  let more = false;
  for (const id of left)
    more = (await inChange(parts, (change) => moveSome(change, id, 'Whoever asked for it is gone'))) !== undefined || more;
  return more;
}

async function moveOne(
  change: Change,
  task: Task,
  { what, job, reason }: { readonly what: Unmoved; readonly job: Job; readonly reason: string },
): Promise<void> {
  if (what === 'cancelled') {
    const why = job.cancel?.reason ?? reason;
    if (task.state !== 'running' && !hasEnded(task)) await change.move(task, { type: 'cancelled', reason: why, used: nothingUsed }, why);
  } else if (what === 'paused') {
    if (task.state === 'ready') await change.move(task, { type: 'held', waiting: { reason: 'paused' } }, reason);
  } else if (task.state === 'pending' && task.waiting.reason === 'paused') {
    await change.move(task, { type: 'lifted' }, reason);
  }
}
