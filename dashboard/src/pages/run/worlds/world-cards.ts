import type { Answer } from '../../../api/operations.ts';
import { compareWorlds } from '../../../words/worlds.ts';
import type { RunAnswer } from '../run-frame.tsx';
import type { RunTask } from '../task-words.ts';

export type WorldRow = Answer<'listWorlds'>['items'][number];

/** A world as it is shown in its place. */
export interface WorldCard {
  readonly world: string;
  /** Id of the task in which its agent works. */
  readonly taskId: string;
  /** As the states of worlds are called; that of its task before it is begun. */
  readonly state: string;
  /** `agent · settings`; empty before it is begun. */
  readonly agent: string;
  /** Points of 100. */
  readonly score: number | null;
  readonly costUsd: number;
  /** Epoch ms; null once its agent has ended, and before it is begun. */
  readonly runsSince: number | null;
  /** What its agent and its checks took so far, in ms; null before it is begun. */
  readonly tookMs: number | null;
  readonly isWinner: boolean;
  /** Why it cannot win; null for one that could, or whose end is not known yet. */
  readonly reason: string | null;
}

/** The worlds of one plan task, in their fixed order. */
export interface WorldGroup {
  readonly planTask: string;
  readonly title: string;
  /** Of the worlds that are shown, from 1. */
  readonly round: number;
  readonly cards: readonly WorldCard[];
}

const workType = 'miyabi.world.run';

/**
 * The worlds of each plan task, each as it was lived last. One that waits to be begun has its place from the beginning, and one that failed keeps it.
 */
export function worldGroups(
  tasks: readonly RunTask[],
  worlds: readonly WorldRow[],
  report: Pick<RunAnswer['report'], 'tasks'>,
): readonly WorldGroup[] {
  const begun = new Map(worlds.map((row) => [row.taskId, row]));
  const work = tasks.filter(({ type, world, planTask }) => type === workType && world !== null && planTask !== null);
  const byPlanTask = Map.groupBy(work, ({ planTask }) => planTask ?? '');
  return Array.from(byPlanTask, ([planTask, own]) => {
    const told = report.tasks.find(({ id }) => id === planTask);
    const last = Map.groupBy(own, ({ world }) => world ?? '');
    const cards = Array.from(last, ([world, lived]): WorldCard | undefined => {
      const task = lived.at(-1);
      return task === undefined ? undefined : cardOf(world, task, begun.get(task.id), told);
    });
    return {
      planTask,
      title: told?.title ?? planTask,
      round: Math.max(1, ...own.map(({ id }) => begun.get(id)?.round ?? 1)),
      cards: cards.filter((card) => card !== undefined).toSorted((one, other) => compareWorlds(one.world, other.world)),
    };
  }).toSorted((one, other) => one.planTask.localeCompare(other.planTask, 'en', { numeric: true }));
}

function cardOf(
  world: string,
  task: RunTask,
  row: WorldRow | undefined,
  told: RunAnswer['report']['tasks'][number] | undefined,
): WorldCard {
  return {
    world,
    taskId: task.id,
    state: row?.status ?? task.state,
    agent: row === undefined ? '' : [row.agent, row.settings].filter((part) => part !== '').join(' · '),
    score: row?.score?.total ?? null,
    costUsd: row?.costUsd ?? task.costUsd,
    runsSince: row?.status === 'running' ? row.startedAt : null,
    tookMs: row === undefined ? null : (row.runMs ?? 0) + (row.checkMs ?? 0),
    isWinner: row?.chosen ?? false,
    reason:
      told?.worlds.find((one) => one.world === world)?.reason ?? (task.state === 'succeeded' || task.reason === '' ? null : task.reason),
  };
}
