import type { JobView } from '../../weaver/engine.ts';
import type { OperationTools } from '../tools.ts';

/** Tries again at once what is dead or waits for its next attempt. @param by who asks; recorded. @returns how many tasks. */
export async function retryRun(tools: Pick<OperationTools, 'engine'>, { id }: JobView, by: string): Promise<number> {
  let tried = 0;
  for (const task of await tools.engine.tasks(id, { states: ['dead', 'pending'] })) {
    if (task.state === 'pending' && task.waiting.reason !== 'backoff') continue;
    if ((await tools.engine.retry(task.id, by)).kind === 'retried') tried += 1;
  }
  return tried;
}
