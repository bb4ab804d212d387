import { z } from 'zod';
import type { SettledTask } from '../domain/job.ts';
import type { TaskContext } from '../weaver/handler.ts';

/**
 * Whether a task that ended because of this child was tried again by somebody since: then the same end is no reason to end once more. An attempt that
 * died before it could say that it had ended counts as one that has.
 */
export async function isTriedAgain(
  { effect, epoch }: Pick<TaskContext<unknown>, 'effect' | 'epoch'>,
  because: SettledTask,
): Promise<boolean> {
  const first = await effect({
    name: `ended-by-${because.taskId}`,
    result: z.int(),
    probe: async () => await Promise.resolve(undefined),
    act: async () => await Promise.resolve(epoch),
  });
  return first !== epoch;
}
