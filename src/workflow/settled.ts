import type { SettledTask } from '../domain/job.ts';
import type { TaskType } from '../domain/task-type.ts';

/**
 * The result of a task that is known to have succeeded, because what reads it waited for that.
 * @throws when it has not: a defect of the graph, not of a run.
 */
export function resultOf<Result>(type: TaskType<unknown, Result> | TaskType<never, Result>, settled: SettledTask | undefined): Result {
  const result = resultIfAny(type, settled);
  if (result === undefined)
    throw new Error(`${type.name} was expected to have succeeded, but ${settled === undefined ? 'is not there' : settled.end.state}`);
  return result;
}

/** The result of a task that may have ended in any way. */
export function resultIfAny<Result>(
  type: TaskType<unknown, Result> | TaskType<never, Result>,
  settled: SettledTask | undefined,
): Result | undefined {
  if (settled === undefined || settled.type !== type.name || settled.end.state !== 'succeeded') return undefined;
  return type.result.parse(settled.end.result);
}

/** Why a task did not succeed, in a sentence. */
export function whyNot(settled: SettledTask): string {
  switch (settled.end.state) {
    case 'succeeded':
      return 'it succeeded';
    case 'decomposed':
      return 'it was split into other tasks';
    case 'dead':
    case 'cancelled':
    case 'skipped':
      return settled.end.reason;
  }
}

export function byKey(settled: readonly SettledTask[], key: string): SettledTask | undefined {
  return settled.find((task) => task.key === key);
}
