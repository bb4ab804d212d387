import { expect, test } from 'vitest';
import { errorsOf, rootCause } from './root-cause.ts';
import type { RunTask } from '../task-words.ts';

const task = (id: string, state: RunTask['state'], endedAt: number | null = null, parent: string | null = null) => ({
  id,
  state,
  endedAt,
  parent,
});

test('nothing is the cause where nothing went wrong for good', () => {
  expect(rootCause([task('plan', 'succeeded', 1), task('work', 'running')])).toBeUndefined();
});

test('a task that is dead because of its child is no cause; the child is', () => {
  const cause = rootCause([
    task('work', 'dead', 9),
    task('step', 'dead', 8, 'work'),
    task('check', 'dead', 7, 'step'),
    task('end', 'skipped', 9),
  ]);
  expect(cause?.task.id).toBe('check');
  expect(cause?.because.map(({ id }) => id)).toEqual(['step', 'work']);
  expect(cause?.skipped).toBe(1);
});

test('what a parent went on without is no cause', () => {
  const tasks = [task('work', 'succeeded', 9), task('alpha', 'dead', 3, 'work')];
  expect(rootCause(tasks)).toBeUndefined();
  expect(rootCause([...tasks, task('review', 'dead', 12)])?.task.id).toBe('review');
});

test('of several causes the first in time counts, and the others are told', () => {
  const cause = rootCause([task('late', 'dead', 5), task('early', 'dead', 4), task('unknown', 'dead')]);
  expect(cause?.task.id).toBe('unknown');
  expect(cause?.others.map(({ id }) => id)).toEqual(['early', 'late']);
});

test('a task whose parent is not known stands for itself', () => {
  expect(rootCause([task('step', 'dead', 1, 'elsewhere')])?.task.id).toBe('step');
});

test('errors of a task come with the last first, and what succeeded or waited is none', () => {
  const attempts = [
    { task: 'a', number: 1, outcome: 'error' as const },
    { task: 'a', number: 2, outcome: 'blocked' as const },
    { task: 'a', number: 3, outcome: 'failure' as const },
    { task: 'b', number: 1, outcome: 'failure' as const },
  ];
  expect(errorsOf(attempts, 'a').map(({ number }) => number)).toEqual([3, 1]);
});
