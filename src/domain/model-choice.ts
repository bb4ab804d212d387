import type { Config } from './config.ts';
import { parseModelName } from './model.ts';
import type { ModelName } from './model.ts';

export type TaskSize = 'small' | 'medium' | 'large';

/** What is known of a task of a plan before anybody works on it. */
export interface ExpectedTask {
  /** Lines that its change will add or take away. */
  readonly estimatedLines: number;
  /** Tasks of the plan whose code it needs. */
  readonly dependencies: number;
}

/** Below both figures of a row; what is below none is large. */
const sizes: ReadonlyArray<{ readonly size: TaskSize; readonly lines: number; readonly dependencies: number }> = [
  { size: 'small', lines: 50, dependencies: 3 },
  { size: 'medium', lines: 200, dependencies: 10 },
];

export function taskSize({ estimatedLines, dependencies }: ExpectedTask): TaskSize {
  return sizes.find((row) => estimatedLines < row.lines && dependencies < row.dependencies)?.size ?? 'large';
}

/** Of 10: from the first on a run takes the long way, and from the second on a person may want to see the plan. */
const steps = { simple: 3, hard: 7 } as const;

/**
 * How many lines a task is likely to change: 50 at complexity 3 and 200 at complexity 7, so that what is simple enough for the short way is small,
 * and what a person is to approve is large. Between and beyond, each step multiplies by the same (the fourth root of 4, about 1.41): sizes of changes
 * spread over orders of magnitude, and points of complexity add up. An issue that is split gives each task an equal part.
 *
 * @param complexity of the whole issue, 0 to 10. @param tasks of its plan, at least 1.
 */
export function estimateLines(complexity: number, tasks: number): number {
  const whole = 50 * 4 ** ((complexity - steps.simple) / (steps.hard - steps.simple));
  return Math.round(whole / tasks);
}

/** The model for tasks of this size, where one is configured, else the model of all agents; undefined where there is none either. */
export function modelForTask(task: ExpectedTask, { models, agent }: Pick<Config, 'models' | 'agent'>): ModelName | undefined {
  const name = models[taskSize(task)] ?? agent.model;
  return name === undefined ? undefined : parseModelName(name);
}
