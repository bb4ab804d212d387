import type { SettledTask } from '../domain/job.ts';
import { hasEnded } from '../domain/task.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import type { TaskType } from '../domain/task-type.ts';
import type { Change } from './change.ts';
import { describeThrown } from './describe-thrown.ts';

/** A result that whoever depends on it cannot be handed: it is newer than this program, or its type's own code throws on it. */
export class ResultFault extends Error {}

/** How the tasks ended that this one waited for, in the order of its dependencies. */
export async function settledDependencies(change: Change, task: Task): Promise<readonly SettledTask[]> {
  const settled: SettledTask[] = [];
  for (const edge of await change.dependencies(task.id)) {
    const on = await change.task(edge.onTaskId);
    if (on !== undefined) settled.push(...settledTask(on, change.parts.types));
  }
  return settled;
}

/** How the children of its last decomposition ended, in the order in which they were proposed. */
export async function settledChildren(change: Change, task: Task): Promise<readonly SettledTask[]> {
  if (task.decompositions === 0) return [];
  const children = await (await change.records()).children(task.id, task.decompositions);
  return children.flatMap((child) => settledTask(child, change.parts.types));
}

function settledTask(task: Task, types: ReadonlyMap<string, TaskType<unknown, unknown>>): readonly SettledTask[] {
  if (!hasEnded(task)) return [];
  const common = { taskId: task.id, key: task.key, type: task.type };
  switch (task.state) {
    case 'succeeded':
      return [{ ...common, end: { state: 'succeeded', result: upcast(task, types.get(task.type)) } }];
    case 'decomposed':
      return [{ ...common, end: { state: 'decomposed' } }];
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return [{ ...common, end: { state: task.state, reason: task.reason } }];
  }
}

function upcast({ key, result: stored }: TaskIn<'succeeded'>, type: TaskType<unknown, unknown> | undefined): unknown {
  if (type !== undefined && stored.schemaVersion > type.schemaVersion) {
    throw new ResultFault(`The result of ${key} is of version ${stored.schemaVersion}, this program knows up to ${type.schemaVersion}`);
  }
  if (type?.upcastResult === undefined || stored.schemaVersion === type.schemaVersion) return stored.value;
  try {
    return type.upcastResult(stored.value, stored.schemaVersion);
  } catch (thrown) {
    throw new ResultFault(`The result of ${key} cannot be brought from version ${stored.schemaVersion}: ${describeThrown(thrown)}`);
  }
}
