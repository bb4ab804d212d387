import type { Task } from '../domain/task.ts';

/** How a task is named in events. */
export function reference(task: Task) {
  return { taskId: task.id, taskType: task.type, key: task.key };
}
