import type { Task } from '../domain/task.ts';
import type { TaskType } from '../domain/task-type.ts';

/** A stored task's result, when it has succeeded. */
export function resultOfTask<Payload, Result>(type: TaskType<Payload, Result>, task: Task): Result | undefined {
  return task.type === type.name && task.state === 'succeeded' ? type.result.parse(task.result.value) : undefined;
}

/** A stored task's payload. @throws when the task is of another type or its payload does not fit it. */
export function payloadOf<Payload, Result>(type: TaskType<Payload, Result>, task: Task): Payload {
  if (task.type !== type.name) throw new Error(`a ${task.type} was taken for a ${type.name}`);
  return type.payload.parse(task.payload.value);
}
