import { answeredByTime } from '../domain/outcome.ts';
import { isDue, waitEnds } from '../domain/task.ts';
import type { Task } from '../domain/task.ts';
import { inChange } from './change.ts';
import type { Change } from './change.ts';
import type { EngineParts } from './parts.ts';

/** Lets tasks go on whose wait is over by itself. `due` is what was seen; what has changed since is left alone. */
export function releaseDue(parts: EngineParts, due: readonly Task[]): Promise<void> {
  return inChange(parts, async (change) => {
    // The first to be due goes first, whatever the records: what becomes ready first is taken up first.
    for (const { id } of due.toSorted(byTime)) {
      const task = await change.task(id);
      if (task?.state === 'pending' && isDue(task.waiting, change.now)) await release(change, task);
    }
  });
}

function byTime(one: Task, other: Task): number {
  return waitEnd(one) - waitEnd(other) || (one.id < other.id ? -1 : 1);
}

function waitEnd(task: Task): number {
  return task.state === 'pending' ? (waitEnds(task.waiting) ?? 0) : 0;
}

async function release(change: Change, task: Extract<Task, { readonly state: 'pending' }>): Promise<void> {
  if ('need' in task.waiting) {
    const answer = { signal: task.waiting.need.signal, payload: null, by: answeredByTime, at: change.now, since: task.waiting.since };
    await change.move(task, { type: 'answered', answer }, 'Nobody answered in the time that was set');
    return;
  }
  await change.move(task, { type: 'due' }, 'The wait before the next attempt is over');
}
