import type { Job } from '../../../domain/job.ts';
import type { TaskIn } from '../../../domain/task.ts';

/** As the bytes of ids and names compare. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

export function newestFirst(one: Pick<Job, 'createdAt' | 'id'>, other: Pick<Job, 'createdAt' | 'id'>): number {
  return other.createdAt - one.createdAt || byText(other.id, one.id);
}

/** Higher priority first, then those that are ready longest. */
export function readyFirst(one: TaskIn<'ready'>, other: TaskIn<'ready'>): number {
  return other.priority - one.priority || one.readyAt - other.readyAt || byText(one.id, other.id);
}
