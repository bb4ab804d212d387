import { expect, test } from 'vitest';
import type { RunAttempt, RunTask } from '../task-words.ts';
import type { TimelineOptions } from './rows.ts';
import { familyOf, reachOf, stateOf, timelineGroups } from './rows.ts';

const task = (id: string, own: Partial<RunTask> = {}): RunTask => ({
  id,
  key: id,
  type: 'miyabi.other',
  parent: null,
  phase: null,
  planTask: null,
  world: null,
  state: 'succeeded',
  reason: '',
  executions: 1,
  failures: 0,
  costUsd: 0,
  wallMs: 0,
  createdAt: 0,
  startedAt: 0,
  endedAt: 1,
  ...own,
});
const attempt = (of: string, number: number, startedAt: number, endedAt: number | null): RunAttempt => ({
  id: `${of}-${number}`,
  task: of,
  number,
  startedAt,
  endedAt,
  outcome: endedAt === null ? null : 'success',
  reason: null,
  costUsd: 0,
});
const options: TimelineOptions = { now: 100, attempts: 'all', titles: new Map([['task-2', 'Mend it']]) };

test('tasks come in the order in which a run goes through them, each under what it belongs to', () => {
  const tasks = [
    task('analyse', { phase: 'analysis' }),
    task('cleanup', { phase: 'clean-up' }),
    task('review', { phase: 'review' }),
    task('notice'),
    task('task-10', { planTask: 'task-10' }),
    task('alpha.run', { planTask: 'task-2' }),
  ];
  expect(timelineGroups(tasks, [], options).map(({ name, rows }) => [name, rows.map((row) => row.task.id)])).toEqual([
    ['Issue and plan', ['analyse']],
    ['task-2: Mend it', ['alpha.run']],
    ['task-10', ['task-10']],
    ['Branch', ['review']],
    ['End', ['cleanup']],
    ['Beside the run', ['notice']],
  ]);
});

test('each attempt is a bar; one that has not ended reaches to now', () => {
  const groups = timelineGroups([task('a')], [attempt('a', 2, 50, null), attempt('a', 1, 10, 30)], options);
  expect(groups[0]?.rows[0]?.bars.map(({ from, to, outcome }) => [from, to, outcome])).toEqual([
    [10, 30, 'success'],
    [50, 100, 'running'],
  ]);
  expect(groups[0]?.busy).toEqual([
    { from: 10, to: 30 },
    { from: 50, to: 100 },
  ]);
});

test.each([
  ['last', [3]],
  [1, [1]],
  ['all', [1, 2, 3]],
] as const)('of the attempts of a task %s can be shown', (attempts, numbers) => {
  const own = [attempt('a', 1, 0, 1), attempt('a', 2, 2, 3), attempt('a', 3, 4, 5)];
  const [group] = timelineGroups([task('a')], own, { ...options, attempts });
  expect(group?.rows[0]?.bars.map((bar) => bar.attempt.number)).toEqual(numbers);
});

test.each([
  [['succeeded', 'running', 'dead'], 'running'],
  [['succeeded', 'dead', 'pending'], 'dead'],
  [['succeeded', 'pending'], 'pending'],
  [['succeeded', 'skipped'], 'succeeded'],
  [['decomposed', 'skipped'], 'succeeded'],
  [['skipped'], 'skipped'],
] as const)('tasks that are %j are %s together', (states, together) => {
  expect(stateOf(states.map((state, index) => ({ id: String(index), state, parent: null })))).toBe(together);
});

test('a world that failed does not make its task one that failed, when that went on without it', () => {
  expect(
    stateOf([
      { id: 'task-1', state: 'succeeded', parent: 'plan' },
      { id: 'alpha', state: 'dead', parent: 'task-1' },
    ]),
  ).toBe('succeeded');
});

test('a task reaches as far as everything that it led to', () => {
  const tasks = [task('work'), task('step', { parent: 'work' }), task('deep', { parent: 'step' }), task('other')];
  expect(familyOf('work', tasks)).toEqual(new Set(['work', 'step', 'deep']));
  const groups = timelineGroups(tasks, [attempt('work', 1, 10, 12), attempt('deep', 1, 20, 40), attempt('other', 1, 0, 90)], options);
  expect(reachOf('work', groups)).toEqual({ from: 10, to: 40 });
  expect(reachOf('unknown', groups)).toBeUndefined();
});
