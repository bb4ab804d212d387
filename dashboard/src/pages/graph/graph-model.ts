import type { Answer } from '../../api/operations.ts';
import type { RunTask } from '../run/task-words.ts';
import { groupOf, stateOf } from '../run/timeline/rows.ts';

export type PlanTask = Answer<'readPlan'>['plan']['tasks'][number];
export type WorldRow = Answer<'listWorlds'>['items'][number];

/** A part of a run, as the graph shows it. */
export interface GraphNode {
  readonly id: string;
  readonly kind: 'phase' | 'task' | 'group';
  readonly title: string;
  readonly state: RunTask['state'];
  /** Id of the engine's task that is chosen with it; undefined before there is one. */
  readonly task: string | undefined;
  /** How long it is expected to take, in minutes; null where nobody said. */
  readonly minutes: number | null;
  readonly costUsd: number;
  /** Its worlds in their order, each with where it stands. */
  readonly worlds: ReadonlyArray<{ readonly world: string; readonly status: string; readonly isWinner: boolean }>;
  /** Whether it is a part of the longest chain. */
  readonly isCritical: boolean;
  /** Plan tasks that it stands for, where it is a group of them. */
  readonly of: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

export interface RunGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphFacts {
  readonly tasks: readonly RunTask[];
  readonly worlds: readonly WorldRow[];
  /** Empty before it is planned. */
  readonly plan: readonly PlanTask[];
  readonly criticalPath: readonly string[];
}

/** Parts of a run before and after its plan, with their names. */
const before = ['start', 'analysis', 'plan', 'approval'] as const;
const after = ['review', 'hand-over', 'checks', 'merge', 'deployment', 'clean-up'] as const;
const phaseNames: Readonly<Record<(typeof before)[number] | (typeof after)[number], string>> = {
  start: 'Start',
  analysis: 'Analyse the issue',
  plan: 'Plan',
  approval: 'Approval',
  review: 'Review',
  'hand-over': 'Hand over',
  checks: 'Checks of the pull request',
  merge: 'Merge',
  deployment: 'Deployment',
  'clean-up': 'Clean up',
};

/** A run as a graph: what comes before its plan, the tasks of the plan by what they need of each other, and what comes after. */
export function runGraph({ tasks, worlds, plan, criticalPath }: GraphFacts): RunGraph {
  const phases = (names: readonly (keyof typeof phaseNames)[]): readonly GraphNode[] =>
    names.flatMap((phase) => {
      const own = tasks.filter((task) => task.phase === phase && task.planTask === null);
      return own.length === 0 ? [] : [{ ...common(own), id: phase, kind: 'phase' as const, title: phaseNames[phase], of: 0 }];
    });
  const [first, last] = [phases(before), phases(after)];
  const critical = new Set(criticalPath);
  const planned = plan.map((task) => planNode(task, { tasks, worlds, critical }));
  const needed = new Set(plan.flatMap((task) => task.after ?? []));
  const begins = plan.filter((task) => (task.after ?? []).length === 0).map(({ id }) => id);
  const ends = plan.filter(({ id }) => !needed.has(id)).map(({ id }) => id);
  return {
    nodes: [...first, ...planned, ...last],
    edges: [
      ...chain(first),
      ...begins.flatMap((to) => (first.at(-1) === undefined ? [] : [{ from: first.at(-1)?.id ?? '', to }])),
      ...plan.flatMap((task) => (task.after ?? []).map((from) => ({ from, to: task.id }))),
      ...ends.flatMap((from) => (last[0] === undefined ? [] : [{ from, to: last[0].id }])),
      ...(plan.length === 0 && first.length > 0 && last[0] !== undefined ? [{ from: first.at(-1)?.id ?? '', to: last[0].id }] : []),
      ...chain(last),
    ],
  };
}

interface PlanFacts {
  readonly tasks: readonly RunTask[];
  readonly worlds: readonly WorldRow[];
  readonly critical: ReadonlySet<string>;
}

function planNode(task: PlanTask, { tasks, worlds, critical }: PlanFacts): GraphNode {
  const own = tasks.filter((one) => groupOf(one) === task.id);
  const lived = worlds.filter(({ planTask }) => planTask === task.id);
  const round = Math.max(0, ...lived.map((row) => row.round));
  return {
    ...common(own),
    id: task.id,
    kind: 'task',
    title: task.title,
    minutes: task.minutes ?? null,
    worlds: lived.filter((row) => row.round === round).map(({ world, status, chosen }) => ({ world, status, isWinner: chosen })),
    isCritical: critical.has(task.id) && critical.size > 1,
    of: 1,
  };
}

function common(own: readonly RunTask[]) {
  const ids = new Set(own.map(({ id }) => id));
  const top = own.find(({ parent }) => parent === null || !ids.has(parent));
  return {
    state: own.length === 0 ? ('pending' as const) : stateOf(own),
    task: top?.id,
    minutes: null,
    costUsd: own.reduce((sum, { costUsd }) => sum + costUsd, 0),
    worlds: [],
    isCritical: false,
  };
}

function chain(nodes: readonly GraphNode[]): readonly GraphEdge[] {
  return nodes.slice(1).map((node, index) => ({ from: nodes[index]?.id ?? '', to: node.id }));
}
