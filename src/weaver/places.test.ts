import { expect, it } from 'vitest';
import type { TaskId } from '../domain/ids.ts';
import { Places } from './places.ts';

const none = { executing: 0, ofType: () => 0 };
const taskOf = (name: string) => ({ id: name as TaskId, epoch: 1, type: 'step' });
const refOf = (name: string) => ({ taskId: name as TaskId, epoch: 1 });

it('keeps a place that is kept twice until both have given it back', () => {
  const places = new Places(none, { concurrency: 2, concurrencyByType: { step: 1 } });
  places.keep(refOf('one'));
  expect(places.admit(taskOf('one'))).toBe(true);
  places.keep(refOf('one'));
  expect(places.free).toBe(1);
  places.giveBack(refOf('one'));
  expect(places.keeps(refOf('one'))).toBe(true);
  expect(places.reserve(taskOf('two'))).toBe(false);
  places.giveBack(refOf('one'));
  expect(places.reserve(taskOf('two'))).toBe(true);
});

it('keeps a place that was reserved when the same task is offered meanwhile and comes to nothing', () => {
  const places = new Places(none, { concurrency: 2, concurrencyByType: { step: 1 } });
  expect(places.reserve(taskOf('one'))).toBe(true);
  places.keep(refOf('one'));
  expect(places.admit(taskOf('one'))).toBe(true);
  places.giveBack(refOf('one'));
  places.keep(refOf('two'));
  expect(places.admit(taskOf('two'))).toBe(false);
});
