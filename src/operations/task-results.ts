import type { Task } from '../domain/task.ts';
import type { TaskType } from '../domain/task-type.ts';

/** A stored task's result, when it has succeeded. */
export function resultOfTask<Payload, Result>(type: TaskType<Payload, Result>, task: Task): Result | undefined {
  return task.type === type.name && task.state === 'succeeded' ? type.result.parse(task.result.value) : undefined;
}

/** A stored task's payload; the caller knows its type by the task's. */
export function payloadOf<Payload>(task: Task): Payload {
  return task.payload.value as Payload;
}
