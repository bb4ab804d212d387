import { expect, it } from 'vitest';
import type { TimedTask } from './phase-times.ts';
import { phaseTimes } from './phase-times.ts';

const task = (id: string, phase: TimedTask['phase'], [from, to]: readonly [number, number], parent?: string): TimedTask => ({
  id,
  phase,
  from,
  to,
  parent,
});

it('counts what ran at the same time once', () => {
  const times = phaseTimes([task('a', 'worlds', [0, 10]), task('b', 'worlds', [5, 20])], []);
  expect([...times]).toEqual([['worlds', 20]]);
});

it('leaves out of a task what it waited for in another phase, at whatever depth', () => {
  const tasks = [
    task('review', 'review', [0, 100]),
    task('repair', 'worlds', [20, 60], 'review'),
    task('tell', undefined, [60, 90], 'review'),
    task('choose', 'choice', [50, 60], 'repair'),
  ];
  expect(Object.fromEntries(phaseTimes(tasks, []))).toEqual({ review: 60, worlds: 30, choice: 10 });
});

it('leaves out what people were waited for', () => {
  expect(phaseTimes([task('ci', 'checks', [0, 50])], [{ from: 10, to: 30 }]).get('checks')).toBe(30);
});
