import type { Choice } from '../domain/choice.ts';
import type { JobEvent } from '../domain/events.ts';
import type { TaskId } from '../domain/ids.ts';
import type { JobState } from '../domain/job.ts';
import type { WorldName, WorldStatus } from '../domain/world.ts';
import { worldNames } from '../domain/world.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import { withEnd, withEnvironment, withStep, withWords } from './deployment-rows.ts';
import type { WorldCheckResult, WorldRunResult } from '../workflow/task-types.ts';
import { chooseType, implementType, worldCheckType, worldRunType } from '../workflow/task-types.ts';

/** One world as it stands. */
export interface WorldRow {
  readonly world: WorldName;
  readonly phase: 'waits' | 'works' | 'is-checked' | 'ended';
  /** In a few words: how far the search is, what was done, why it ended. */
  readonly detail: string;
  /** What the agent said of its change. */
  readonly summary: string;
  /** Points of 100, provisional until the choice is made. */
  readonly score: number | undefined;
  readonly status: WorldStatus | undefined;
  readonly won: boolean;
  /** Epoch ms. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** One plan task with its worlds. */
export interface TaskRow {
  readonly taskId: TaskId;
  readonly key: string;
  readonly title: string;
  readonly state: string;
  readonly worlds: readonly WorldRow[];
}

/** A phase of the run that is no plan task, such as `analyse` or `review`. */
export interface StepRow {
  readonly taskId: TaskId;
  readonly key: string;
  readonly state: string;
  readonly reason: string;
}

/** A run as a person watches it; rebuilt at any time from its events. */
export interface RunView {
  readonly state: JobState;
  readonly steps: readonly StepRow[];
  readonly tasks: readonly TaskRow[];
  /** Environments that something is deployed to. */
  readonly deployments: readonly DeploymentRow[];
  /** What is happening at this moment outside the worlds, in a few words. */
  readonly now: string;
  /** Child to parent, for the events that name only the child. */
  readonly parents: Readonly<Record<string, TaskId>>;
}

export const emptyView: RunView = { state: 'running', steps: [], tasks: [], deployments: [], now: 'starting', parents: {} };

/** What is being done while a task of this kind runs, for people. */
const doing: Readonly<Record<string, string>> = {
  'miyabi.issue.analyse': 'reading the issue',
  'miyabi.issue.plan': 'planning',
  'miyabi.person.approve': 'waiting for approval',
  'miyabi.base.prepare': 'installing what the base needs',
  'miyabi.base.check': 'checking the base, its tests twice',
  'miyabi.tests.collect': 'collecting tests',
  'miyabi.exam.world': 'trying everybody’s tests on everybody’s code',
  'miyabi.task.choose': 'choosing',
  'miyabi.task.integrate': 'integrating the winner',
  'miyabi.run.review': 'reviewing the branch',
  'miyabi.run.publish': 'handing over the branch',
  'miyabi.run.cleanup': 'cleaning up',
  'miyabi.deploy.begin': 'deploying',
  'miyabi.deploy.build': 'building the release',
  'miyabi.deploy.environment': 'deploying',
  'miyabi.deploy.tag': 'naming the release',
  'miyabi.deploy.tell': 'telling what became of the release',
};

/** The view after one more event, which carries its task's result if it has one. Pure; an event that shows nothing returns the view as it was. */
export function applyEvent(view: RunView, event: JobEvent, titles: ReadonlyMap<string, string> = new Map()): RunView {
  switch (event.type) {
    case 'job.submitted':
      return view;
    case 'job.state':
      return { ...view, state: event.data.state, now: event.data.state === 'running' ? view.now : event.data.reason };
    case 'task.created':
      return created(view, event.data, titles);
    case 'task.started':
      return started(view, event.data, event.at);
    case 'task.state':
      return moved(view, event.data, event.at);
    case 'job.sealed':
    case 'job.paused':
    case 'job.resumed':
    case 'task.answered':
    case 'lease.lost':
      return view;
  }
}

type Created = Extract<JobEvent, { type: 'task.created' }>['data'];
type Started = Extract<JobEvent, { type: 'task.started' }>['data'];
type Moved = Extract<JobEvent, { type: 'task.state' }>['data'];

function created(before: RunView, data: Created, titles: ReadonlyMap<string, string>): RunView {
  const view = data.parentTaskId === null ? before : { ...before, parents: { ...before.parents, [data.taskId]: data.parentTaskId } };
  if (data.taskType === implementType.name) {
    const row: TaskRow = { taskId: data.taskId, key: data.key, title: titles.get(data.key) ?? data.key, state: 'pending', worlds: [] };
    return { ...view, tasks: [...view.tasks, row] };
  }
  const deployments = withEnvironment(view.deployments, data);
  if (deployments !== view.deployments) return { ...view, deployments };
  const world = worldOf(data);
  if (world === undefined) return { ...view, steps: [...view.steps, { taskId: data.taskId, key: data.key, state: 'pending', reason: '' }] };
  // In a second round of a task its worlds start anew, in their old places.
  return data.taskType === worldRunType.name ? withWorld(view, data.taskId, world, () => waiting(world)) : view;
}

function started(view: RunView, data: Started, at: number): RunView {
  const world = worldOf(data);
  if (world === undefined) {
    // A task that has others below it was begun before: now it gathers what they came to.
    const isResumed = Object.values(view.parents).includes(data.taskId);
    const deployments = withStep(view.deployments, view.parents[data.taskId], data.taskType, at);
    return { ...setState(view, data.taskId, 'running', ''), deployments, now: (isResumed ? undefined : doing[data.taskType]) ?? view.now };
  }
  const phase = data.taskType === worldRunType.name ? 'works' : 'is-checked';
  const detail = phase === 'works' ? 'preparing' : 'its change is checked';
  // The check of a world whose agent left nothing begins too, and finds nothing to do.
  const begin = (row: WorldRow): WorldRow => (row.phase === 'ended' ? row : { ...row, phase, detail, startedAt: row.startedAt ?? at });
  return { ...withWorld(view, data.taskId, world, begin), now: 'worlds at work' };
}

function moved(view: RunView, data: Moved, at: number): RunView {
  const world = worldOf(data);
  if (world !== undefined) return withWorld(view, data.taskId, world, (row) => afterMove(row, data, at));
  const next = { ...setState(view, data.taskId, data.state, data.reason), deployments: withEnd(view.deployments, data.taskId, data, at) };
  return data.taskType === chooseType.name && data.state === 'succeeded' ? chosen(next, data.taskId, data.result as Choice) : next;
}

/** What the end of a world's agent, or of its check, says about its row. */
function afterMove(row: WorldRow, data: Moved, at: number): WorldRow {
  switch (data.state) {
    case 'dead':
      return { ...row, phase: 'ended', status: 'failed', detail: data.reason, endedAt: at };
    case 'cancelled':
      return { ...row, phase: 'ended', status: 'cancelled', detail: data.reason, endedAt: at };
    case 'succeeded':
      return data.taskType === worldRunType.name
        ? afterRun(row, data.result as WorldRunResult, at)
        : afterCheck(row, data.result as WorldCheckResult, at);
    case 'pending':
    case 'ready':
    case 'running':
    case 'decomposed':
    case 'skipped':
      return row;
  }
}

function afterRun(row: WorldRow, result: WorldRunResult, at: number): WorldRow {
  if (result.kind === 'harvested') return { ...row, detail: result.summary, summary: result.summary };
  return { ...row, phase: 'ended', status: result.status, detail: result.reason, endedAt: at };
}

function afterCheck(row: WorldRow, result: WorldCheckResult, at: number): WorldRow {
  return result.kind === 'checked' ? { ...row, phase: 'ended', score: result.provisionalScore, detail: row.summary, endedAt: at } : row;
}

function chosen(view: RunView, chooseTaskId: TaskId, choice: Choice): RunView {
  const verdicts = new Map(choice.verdicts.map((verdict) => [verdict.world, verdict]));
  const winner = choice.kind === 'chosen' ? choice.winner : undefined;
  return withTask(view, view.parents[chooseTaskId], (task) => ({
    ...task,
    worlds: task.worlds.map((row) => {
      const verdict = verdicts.get(row.world);
      if (verdict === undefined) return row;
      const detail = verdict.against[0] ?? verdict.summary;
      return { ...row, phase: 'ended', status: verdict.status, score: verdict.score?.total, won: row.world === winner, detail };
    }),
  }));
}

/** The view after a handler told how far it is. `text` replaces the detail of the world's row. */
export function applyProgress(view: RunView, taskId: TaskId, key: string, text: string): RunView {
  const deployments = withWords(view.deployments, view.parents[taskId], text);
  if (deployments !== view.deployments) return { ...view, deployments };
  const world = worldOf({ key, taskType: worldRunType.name });
  return world === undefined ? { ...view, now: text } : withWorld(view, taskId, world, (row) => ({ ...row, detail: text }));
}

/** World tasks are called `<world>.run` and `<world>.check`. */
function worldOf(task: { readonly key: string; readonly taskType: string }): WorldName | undefined {
  if (task.taskType !== worldRunType.name && task.taskType !== worldCheckType.name) return undefined;
  return worldNames.find((name) => task.key.startsWith(`${name}.`));
}

function waiting(world: WorldName): WorldRow {
  return {
    world,
    phase: 'waits',
    detail: '',
    summary: '',
    score: undefined,
    status: undefined,
    won: false,
    startedAt: undefined,
    endedAt: undefined,
  };
}

function setState(view: RunView, taskId: TaskId, state: string, reason: string): RunView {
  const change = <Row extends { readonly taskId: TaskId }>(row: Row): Row => (row.taskId === taskId ? { ...row, state, reason } : row);
  return { ...view, steps: view.steps.map(change), tasks: view.tasks.map(change) };
}

function withTask(view: RunView, taskId: TaskId | undefined, change: (task: TaskRow) => TaskRow): RunView {
  return { ...view, tasks: view.tasks.map((task) => (task.taskId === taskId ? change(task) : task)) };
}

function withWorld(view: RunView, childTaskId: TaskId, world: WorldName, change: (row: WorldRow) => WorldRow): RunView {
  return withTask(view, view.parents[childTaskId], (task) => {
    const rows = task.worlds.some((row) => row.world === world) ? task.worlds : [...task.worlds, waiting(world)];
    return { ...task, worlds: rows.map((row) => (row.world === world ? change(row) : row)) };
  });
}
