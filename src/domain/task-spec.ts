import type { TaskSpec } from './job.ts';
import type { TaskType } from './task-type.ts';

/** A task of this type, as it is submitted or proposed: its payload is checked by the compiler, and again when it is stored. */
export function taskOf<Payload, Result>(
  type: TaskType<Payload, Result>,
  spec: Omit<TaskSpec, 'type' | 'payload'> & { readonly payload: Payload },
): TaskSpec {
  return { ...spec, type: type.name };
}
