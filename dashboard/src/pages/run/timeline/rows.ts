import type { Interval } from './time-axis.ts';
import { united } from './time-axis.ts';
import type { RunAttempt, RunTask } from '../task-words.ts';
import { nameOf } from '../task-words.ts';

export type BarOutcome = NonNullable<RunAttempt['outcome']> | 'running';

/** One execution of a task in the timeline. */
export interface Bar extends Interval {
  readonly attempt: RunAttempt;
  readonly outcome: BarOutcome;
}

export interface TaskRow {
  readonly kind: 'task';
  readonly task: RunTask;
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** Tasks that belong together, under one name. */
export interface TaskGroup {
  readonly kind: 'group';
  readonly key: string;
  readonly name: string;
  /** How they stand, taken together. */
  readonly state: RunTask['state'];
  readonly rows: readonly TaskRow[];
  /** When something of it was at work. */
  readonly busy: readonly Interval[];
}

/** Which attempts are shown: all, the last of each task, or those of one number. */
export type AttemptChoice = 'all' | 'last' | number;

/** Parts of a run beside its plan tasks, with the phases that are in them; the first two come before these. */
const parts = [
  { key: 'issue', name: 'Issue and plan', phases: ['start', 'analysis', 'plan', 'approval'] },
  { key: 'branch', name: 'Branch', phases: ['review', 'hand-over', 'checks', 'merge'] },
  { key: 'deployment', name: 'Deployment', phases: ['deployment'] },
  { key: 'end', name: 'End', phases: ['clean-up', 'end'] },
] as const;
const elsewhere = { key: 'other', name: 'Beside the run' };

/** The key of the group that a task belongs to: its plan task, or the part of the run. */
export function groupOf({ planTask, phase }: Pick<RunTask, 'planTask' | 'phase'>): string {
  if (planTask !== null) return planTask;
  return parts.find(({ phases }) => (phases as readonly (string | null)[]).includes(phase))?.key ?? elsewhere.key;
}

export interface TimelineOptions {
  /** Where attempts that have not ended reach to; epoch ms. */
  readonly now: number;
  readonly attempts: AttemptChoice;
  /** Titles of plan tasks by their ids. */
  readonly titles: ReadonlyMap<string, string>;
}

/** Tasks with their attempts, in the order in which a run goes through them; groups without tasks are left out. */
export function timelineGroups(
  tasks: readonly RunTask[],
  attempts: readonly RunAttempt[],
  { now, attempts: choice, titles }: TimelineOptions,
): readonly TaskGroup[] {
  const bars = barsByTask(attempts, choice, now);
  const rows = Map.groupBy(
    tasks.map((task): TaskRow => ({ kind: 'task', task, name: nameOf(task), bars: bars.get(task.id) ?? [] })),
    ({ task }) => groupOf(task),
  );
  const [first, ...after] = parts;
  const fixed = new Set<string>([...parts.map(({ key }) => key), elsewhere.key]);
  const planTasks = Array.from(rows.keys())
    .filter((key) => !fixed.has(key))
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .map((key) => ({ key, name: titles.has(key) ? `${key}: ${titles.get(key)}` : key }));
  return [first, ...planTasks, ...after, elsewhere].flatMap(({ key, name }): readonly TaskGroup[] => {
    const own = rows.get(key);
    return own === undefined ? [] : [groupWith(key, name, own)];
  });
}

function groupWith(key: string, name: string, rows: readonly TaskRow[]): TaskGroup {
  return {
    kind: 'group',
    key,
    name,
    state: stateOf(rows.map(({ task }) => task)),
    rows,
    busy: united(
      rows.flatMap(({ bars }) => bars),
      0,
    ),
  };
}

/** How several tasks stand, taken together: what runs counts first, then what died for good, then what is still to come. */
export function stateOf(tasks: readonly Pick<RunTask, 'id' | 'state' | 'parent'>[]): RunTask['state'] {
  const succeeded = new Set(tasks.filter(({ state }) => state === 'succeeded').map(({ id }) => id));
  const counted = tasks.filter(({ parent }) => parent === null || !succeeded.has(parent));
  const states = new Set(counted.map(({ state }) => state));
  const order = ['running', 'dead', 'ready', 'pending', 'cancelled', 'succeeded', 'decomposed'] as const;
  const found = order.find((state) => states.has(state)) ?? 'skipped';
  return found === 'decomposed' ? 'succeeded' : found;
}

function barsByTask(attempts: readonly RunAttempt[], choice: AttemptChoice, now: number): ReadonlyMap<string, readonly Bar[]> {
  const byTask = Map.groupBy(attempts, ({ task }) => task);
  return new Map(
    Array.from(byTask, ([task, own]) => [
      task,
      own
        .toSorted((one, other) => one.number - other.number)
        .filter((attempt, index) => choice === 'all' || (choice === 'last' ? index === own.length - 1 : attempt.number === choice))
        .map((attempt): Bar => ({
          attempt,
          outcome: attempt.outcome ?? 'running',
          from: attempt.startedAt,
          to: Math.max(attempt.startedAt, attempt.endedAt ?? now),
        })),
    ]),
  );
}

/** When a task and everything that it led to was at work; undefined where it never was. */
export function reachOf(id: string, groups: readonly TaskGroup[]): Interval | undefined {
  const rows = groups.flatMap((group) => group.rows);
  const family = familyOf(
    id,
    rows.map(({ task }) => task),
  );
  const bars = rows.filter(({ task }) => family.has(task.id)).flatMap((row) => row.bars);
  if (bars.length === 0) return undefined;
  return { from: Math.min(...bars.map(({ from }) => from)), to: Math.max(...bars.map(({ to }) => to)) };
}

/** A task with everything that it led to. */
export function familyOf(id: string, tasks: readonly Pick<RunTask, 'id' | 'parent'>[]): ReadonlySet<string> {
  const children = Map.groupBy(tasks, ({ parent }) => parent);
  const family = new Set([id]);
  for (const each of family) for (const child of children.get(each) ?? []) family.add(child.id);
  return family;
}
