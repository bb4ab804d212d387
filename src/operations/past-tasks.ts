import type { JobId } from '../domain/ids.ts';
import { hasEnded } from '../domain/task.ts';
import type { Engine } from '../weaver/engine.ts';
import type { PastTask } from '../workflow/tools.ts';

/** Every task of a run that was begun, in the order of their creation. @throws Failure (notFoundOrLocked) when there is no such run. */
export async function pastTasks(engine: Pick<Engine, 'result'>, jobId: JobId): Promise<readonly PastTask[]> {
  const { tasks } = await engine.result(jobId);
  return tasks.flatMap(({ task, attempts }): readonly PastTask[] => {
    const starts = attempts.map(({ startedAt }) => startedAt);
    if (starts.length === 0) return [];
    const { key, type, state, parentJoin } = task;
    const from = Math.min(...starts);
    const result: unknown = task.state === 'succeeded' ? task.result.value : undefined;
    return [
      { key, type, state, isPart: parentJoin === 'resume', startedAt: from, endedAt: hasEnded(task) ? task.endedAt : undefined, result },
    ];
  });
}
