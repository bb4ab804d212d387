import { expect, test } from 'vitest';
import type { RunTask } from '../run/task-words.ts';
import type { PlanTask, WorldRow } from './graph-model.ts';
import { runGraph } from './graph-model.ts';

const task = (id: string, own: Partial<RunTask>): RunTask =>
  ({ id, key: id, type: 'x', parent: null, phase: null, planTask: null, world: null, state: 'succeeded', costUsd: 1, ...own }) as RunTask;
const planned = (id: string, ...after: readonly string[]): PlanTask => ({
  id,
  title: `Do ${id}`,
  after: [...after],
  minutes: 5,
  files: [],
});
const world = (planTask: string, name: string, round: number, chosen = false) =>
  ({ planTask, world: name, round, status: 'success', chosen }) as WorldRow;
const edgesOf = (graph: ReturnType<typeof runGraph>) => graph.edges.map(({ from, to }) => `${from} > ${to}`);

test('before there is a plan a run is what it has begun with', () => {
  const graph = runGraph({
    tasks: [task('a', { phase: 'analysis' }), task('p', { phase: 'plan', state: 'running' })],
    worlds: [],
    plan: [],
    criticalPath: [],
  });
  expect(graph.nodes.map(({ id, title, state }) => [id, title, state])).toEqual([
    ['analysis', 'Analyse the issue', 'succeeded'],
    ['plan', 'Plan', 'running'],
  ]);
  expect(edgesOf(graph)).toEqual(['analysis > plan']);
});

test('tasks of a plan stand between what comes before and after it, by what they need of each other', () => {
  const graph = runGraph({
    tasks: [
      task('p', { phase: 'plan' }),
      task('r', { phase: 'review', state: 'pending' }),
      task('c', { phase: 'clean-up', state: 'pending' }),
    ],
    worlds: [],
    plan: [planned('task-1'), planned('task-2'), planned('task-3', 'task-1', 'task-2'), planned('task-4', 'task-2')],
    criticalPath: ['task-1', 'task-3'],
  });
  expect(edgesOf(graph)).toEqual([
    'plan > task-1',
    'plan > task-2',
    'task-1 > task-3',
    'task-2 > task-3',
    'task-2 > task-4',
    'task-3 > review',
    'task-4 > review',
    'review > clean-up',
  ]);
  expect(graph.nodes.filter(({ isCritical }) => isCritical).map(({ id }) => id)).toEqual(['task-1', 'task-3']);
  expect(graph.nodes.find(({ id }) => id === 'task-4')).toMatchObject({ state: 'pending', task: undefined, minutes: 5, costUsd: 0 });
});

test('a task of the plan has the state, the cost and the worlds of everything that it led to', () => {
  const [, node] = runGraph({
    tasks: [
      task('p', { phase: 'plan' }),
      task('work', { phase: 'worlds', planTask: 'task-1', state: 'running', parent: 'p' }),
      task('alpha', { phase: 'worlds', planTask: 'task-1', parent: 'work', costUsd: 2 }),
    ],
    worlds: [world('task-1', 'alpha', 1), world('task-1', 'alpha', 2, true), world('task-2', 'beta', 1)],
    plan: [planned('task-1')],
    criticalPath: ['task-1'],
  }).nodes;
  expect(node).toEqual({
    id: 'task-1',
    kind: 'task',
    title: 'Do task-1',
    state: 'running',
    task: 'work',
    minutes: 5,
    costUsd: 3,
    worlds: [{ world: 'alpha', status: 'success', isWinner: true }],
    isCritical: false,
    of: 1,
  });
});

test('a run whose plan is not known leads from what came before to what came after', () => {
  const graph = runGraph({ tasks: [task('p', { phase: 'plan' }), task('r', { phase: 'review' })], worlds: [], plan: [], criticalPath: [] });
  expect(edgesOf(graph)).toEqual(['plan > review']);
  expect(runGraph({ tasks: [], worlds: [], plan: [planned('task-1')], criticalPath: [] }).edges).toEqual([]);
});
