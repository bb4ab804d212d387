import type { TaskId } from '../domain/ids.ts';
import type { EnvironmentResult } from '../workflow/deploy/deploy-task-types.ts';
import {
  deployBaselineType,
  deployEnvironmentType,
  deployFinishType,
  deployHookType,
  deployOpenType,
  deployPlaceType,
  deployServeType,
  deployStartType,
  deployVerifyType,
  deployWatchType,
} from '../workflow/deploy/deploy-task-types.ts';

/** What goes on in one environment. */
export interface DeploymentRow {
  readonly taskId: TaskId;
  readonly environment: string;
  readonly phase: 'waits' | 'works' | 'ended';
  /** What is done there at the moment, or why it ended as it did, in a few words. */
  readonly detail: string;
  readonly end: EnvironmentResult['end'] | undefined;
  /** Epoch ms. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** What is being done while a step of this kind runs, for people; the step itself tells more. */
const doing: Readonly<Record<string, string>> = {
  [deployOpenType.name]: 'taking the environment',
  [deployPlaceType.name]: 'placing the release',
  [deployHookType.name]: 'running a hook of the release',
  [deployStartType.name]: 'starting it beside what serves',
  [deployVerifyType.name]: 'asking whether it is healthy',
  [deployBaselineType.name]: 'measuring the release that serves',
  [deployServeType.name]: 'giving it the traffic',
  [deployWatchType.name]: 'watching it',
  [deployFinishType.name]: 'finishing',
};

type Rows = readonly DeploymentRow[];

/** The rows after a task was made. */
export function withEnvironment(rows: Rows, task: { readonly taskId: TaskId; readonly taskType: string; readonly key: string }): Rows {
  if (task.taskType !== deployEnvironmentType.name) return rows;
  const { taskId, key } = task;
  return [...rows, { taskId, environment: key, phase: 'waits', detail: '', end: undefined, startedAt: undefined, endedAt: undefined }];
}

/** The rows after a step of one of them has begun. @param environment the task that the step is part of. @param at epoch ms */
export function withStep(rows: Rows, environment: TaskId | undefined, taskType: string, at: number): Rows {
  const detail = doing[taskType];
  if (detail === undefined) return rows;
  return changed(rows, environment, (row) => ({ ...row, phase: 'works', detail, startedAt: row.startedAt ?? at }));
}

/** The rows after a step told how far it is. Its words may begin with the name of the environment. */
export function withWords(rows: Rows, environment: TaskId | undefined, text: string): Rows {
  return changed(rows, environment, (row) => ({
    ...row,
    detail: text.startsWith(`${row.environment}: `) ? text.slice(row.environment.length + 2) : text,
  }));
}

type Moved = { readonly state: string; readonly reason: string; readonly result?: unknown };

/** The rows after the task of an environment has come to its end. @param at epoch ms */
export function withEnd(rows: Rows, taskId: TaskId, { state, reason, result }: Moved, at: number): Rows {
  if (!rows.some((row) => row.taskId === taskId)) return rows;
  switch (state) {
    case 'succeeded': {
      const { end, reason: why } = deployEnvironmentType.result.parse(result) as EnvironmentResult;
      return changed(rows, taskId, (row) => ({ ...row, phase: 'ended', end, detail: why ?? '', endedAt: at }));
    }
    case 'dead':
    case 'cancelled':
      return changed(rows, taskId, (row) => ({ ...row, phase: 'ended', end: 'abandoned', detail: reason, endedAt: at }));
    default:
      return rows;
  }
}

function changed(rows: Rows, taskId: TaskId | undefined, change: (row: DeploymentRow) => DeploymentRow): Rows {
  return rows.some((row) => row.taskId === taskId) ? rows.map((row) => (row.taskId === taskId ? change(row) : row)) : rows;
}
