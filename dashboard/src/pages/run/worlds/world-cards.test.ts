import { expect, test } from 'vitest';
import type { RunTask } from '../task-words.ts';
import type { WorldRow } from './world-cards.ts';
import { worldGroups } from './world-cards.ts';

const task = (id: string, world: string, own: Partial<RunTask> = {}): RunTask => ({
  id,
  key: `${world}.run`,
  type: 'miyabi.world.run',
  parent: 'work',
  phase: 'worlds',
  planTask: 'task-1',
  world,
  state: 'pending',
  reason: '',
  executions: 0,
  failures: 0,
  costUsd: 0,
  wallMs: 0,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  ...own,
});
const row = (taskId: string, world: string, own: Partial<WorldRow> = {}): WorldRow => ({
  taskId,
  planTask: 'task-1',
  round: 1,
  world,
  agent: 'model',
  settings: 'careful',
  status: 'running',
  chosen: false,
  score: null,
  costUsd: 0.5,
  runMs: null,
  checkMs: null,
  commit: null,
  method: null,
  isolation: null,
  memoryBytes: null,
  cpuMs: null,
  incidents: 0,
  startedAt: 1_000,
  endedAt: null,
  ...own,
});
const report = (worlds: ReadonlyArray<{ readonly world: string; readonly reason: string | null }>) => ({
  tasks: [
    {
      id: 'task-1',
      title: 'Mend it',
      winner: null,
      worlds: worlds.map((one) => ({ ...one, status: 'failed', score: null, stop: null, costUsd: 0, models: null, durationMs: 0 })),
    },
  ],
});

test('worlds have their places from the beginning, in their order, whichever began first', () => {
  const [group] = worldGroups([task('1', 'gamma'), task('2', 'alpha')], [row('1', 'gamma')], report([]));
  expect(group).toMatchObject({ planTask: 'task-1', title: 'Mend it', round: 1 });
  expect(group?.cards.map(({ world, state, agent }) => [world, state, agent])).toEqual([
    ['alpha', 'pending', ''],
    ['gamma', 'running', 'model · careful'],
  ]);
});

test('a world runs since it began until its agent has ended; then it took what both of its parts took', () => {
  const cards = worldGroups(
    [task('1', 'alpha'), task('2', 'beta')],
    [row('1', 'alpha'), row('2', 'beta', { status: 'checked', runMs: 400, checkMs: 90 })],
    report([]),
  )[0]?.cards;
  expect(cards?.map(({ runsSince, tookMs }) => [runsSince, tookMs])).toEqual([
    [1_000, 0],
    [null, 490],
  ]);
});

test('one that failed says why: as the report tells it, else as its task ended', () => {
  const tasks = [
    task('1', 'alpha', { state: 'dead', reason: 'no room on the disk' }),
    task('2', 'beta', { state: 'succeeded', reason: 'x' }),
  ];
  expect(worldGroups(tasks, [], report([{ world: 'beta', reason: 'two tests fail' }]))[0]?.cards.map(({ reason }) => reason)).toEqual([
    'no room on the disk',
    'two tests fail',
  ]);
  expect(worldGroups(tasks, [], { tasks: [] })[0]).toMatchObject({ title: 'task-1', cards: [{}, { reason: null }] });
});

test('a world that was begun once more is shown as it was lived last', () => {
  const [group] = worldGroups(
    [task('1', 'alpha'), task('2', 'alpha')],
    [row('1', 'alpha', { status: 'failed' }), row('2', 'alpha', { round: 2, status: 'success', chosen: true })],
    report([]),
  );
  expect(group).toMatchObject({ round: 2, cards: [{ taskId: '2', state: 'success', isWinner: true }] });
});

test('plan tasks come in their order, and what is no work of a world is no card', () => {
  const groups = worldGroups(
    [
      task('1', 'alpha', { planTask: 'task-10' }),
      task('2', 'alpha', { planTask: 'task-2' }),
      task('3', 'alpha', { type: 'miyabi.world.check' }),
    ],
    [],
    report([]),
  );
  expect(groups.map(({ planTask, cards }) => [planTask, cards.length])).toEqual([
    ['task-2', 1],
    ['task-10', 1],
  ]);
});
