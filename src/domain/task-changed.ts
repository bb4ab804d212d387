import type { Task } from './task.ts';

/** A task is not what it was believed to be: somebody has changed it in between. What was to be written with it is not. */
export class TaskChanged extends Error {
  override readonly name = 'TaskChanged';

  constructor({ key, state, epoch }: Pick<Task, 'key' | 'state' | 'epoch'>) {
    super(`Task ${key} is not ${state} in epoch ${epoch} any more: somebody else has changed it.`);
  }
}
