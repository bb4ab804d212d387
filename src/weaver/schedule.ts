import type { Task } from '../domain/task.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';

/** Makes tasks ready whose backoff is over. `due` is what was seen; what has changed since is left alone. */
export function releaseDue(parts: EngineParts, due: readonly Task[]): Promise<void> {
  return inChange(parts, async (change) => {
    for (const { id } of due) {
      const task = await change.records.task(id);
      if (task?.state !== 'pending' || task.waiting.reason !== 'backoff' || task.waiting.until > change.now) continue;
      await change.move(task, { type: 'due' }, 'The wait before the next attempt is over');
    }
  });
}
