import type { JobId, TaskId } from '../domain/ids.ts';
import type { RunPhase } from '../domain/run-phase.ts';
import type { Task } from '../domain/task.ts';
import { worldNames } from '../domain/world.ts';
import type { WorldName } from '../domain/world.ts';
import type { AttemptView, Engine } from '../weaver/engine.ts';
import { phaseOfType } from '../workflow/run-phases.ts';
import { examWorldType, implementType, worldCheckType, worldRunType } from '../workflow/task-types.ts';
import { payloadOf } from './task-results.ts';

/** What a task of the engine is a part of. */
export interface PartOf {
  /** Of the run; undefined for what belongs to none. */
  readonly phase: RunPhase | undefined;
  /** Id of the plan task. */
  readonly planTask: string | undefined;
  readonly world: WorldName | undefined;
}

/** Of every task of a run what it is a part of, by its id. */
export function partsOf(tasks: readonly Task[]): ReadonlyMap<TaskId, PartOf> {
  const parts = new Map<TaskId, PartOf>();
  // In the order of their creation: a parent is there before its children.
  for (const task of tasks) {
    const parent = task.parentTaskId === undefined ? undefined : parts.get(task.parentTaskId);
    const planTask = task.type === implementType.name ? payloadOf(implementType, task).planTask.id : parent?.planTask;
    parts.set(task.id, { phase: phaseOfType(task.type), planTask, world: worldOf(task) ?? parent?.world });
  }
  return parts;
}

function worldOf(task: Task): WorldName | undefined {
  return worldTypes.has(task.type) ? worldNames.find((name) => task.key.startsWith(`${name}.`)) : undefined;
}

/** Tasks that are called by their world, such as `alpha.run`. */
const worldTypes: ReadonlySet<string> = new Set([worldRunType.name, worldCheckType.name, examWorldType.name]);

/** One execution of a task. */
export interface AttemptOfRun extends AttemptView {
  readonly taskId: TaskId;
  /** Of those of its task, from 1. */
  readonly number: number;
}

/** Every execution of every task of a run, in the order in which they were begun. */
export async function attemptsOfRun(engine: Pick<Engine, 'attempts'>, jobId: JobId): Promise<readonly AttemptOfRun[]> {
  const counts = new Map<TaskId, number>();
  // Those of one task come in their order.
  const numbered = (await engine.attempts(jobId)).map((attempt) => {
    const number = (counts.get(attempt.taskId) ?? 0) + 1;
    counts.set(attempt.taskId, number);
    return { ...attempt, number };
  });
  return numbered.toSorted((one, other) => one.startedAt - other.startedAt || (one.id < other.id ? -1 : 1));
}

/** When the first attempt of each task began. */
export function startsOf(attempts: readonly Pick<AttemptOfRun, 'taskId' | 'startedAt'>[]): ReadonlyMap<TaskId, number> {
  const starts = new Map<TaskId, number>();
  for (const { taskId, startedAt } of attempts) starts.set(taskId, Math.min(starts.get(taskId) ?? startedAt, startedAt));
  return starts;
}
