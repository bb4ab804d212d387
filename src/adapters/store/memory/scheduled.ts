import { isDue, waitEnds } from '../../../domain/task.ts';
import type { Task } from '../../../domain/task.ts';
import { byText } from './orders.ts';

/** Those whose time has come, the earliest first; then those whose wait would begin in the future. `limit` holds for each. */
export function dueTasks(waiting: readonly Task[], now: number, limit: number): Task[] {
  const timed = waiting
    .flatMap((task) => (task.state === 'pending' && isDue(task.waiting, now) ? [{ task, until: waitEnds(task.waiting) ?? now }] : []))
    .sort((one, other) => one.until - other.until || byText(one.task.id, other.task.id));
  const over = timed.filter(({ until }) => until <= now).slice(0, limit);
  const fromTheFuture = timed.filter(({ until }) => until > now).slice(0, limit);
  return [...over, ...fromTheFuture].map(({ task }) => task);
}

/** The earliest first. */
export function expiredTasks(running: readonly Task[], now: number, limit: number): Task[] {
  return running
    .filter((task) => leaseEnd(task) <= now)
    .sort((one, other) => leaseEnd(one) - leaseEnd(other) || byText(one.id, other.id))
    .slice(0, limit);
}

/** The first end of a wait, or of a lease that has not run out at `now`, among these. */
export function nextScheduled(tasks: readonly Task[], now: number): number | undefined {
  let first = Infinity;
  for (const task of tasks) {
    const at = task.state === 'pending' ? (waitEnds(task.waiting) ?? Infinity) : leaseEnd(task);
    if (at < first && (task.state === 'pending' || at > now)) first = at;
  }
  return first === Infinity ? undefined : first;
}

function leaseEnd(task: Task): number {
  return task.state === 'running' ? task.lease.until : Infinity;
}
