import { expect, test } from 'vitest';
import type { Decision } from './decision-row.tsx';
import { kindOf, wantedDecisions } from './wanted.ts';

const decision = (id: string, kind: Decision['kind'], task: string | null, taskId: string | null): Decision => ({
  id,
  at: 0,
  kind,
  who: 'default',
  what: 'retry',
  why: '',
  task,
  taskId,
  world: null,
  options: null,
  confidence: null,
});
const decisions = [decision('1', 'engine', 'task-1', 'a'), decision('2', 'choice', 'task-1', 'b'), decision('3', 'person', null, null)];

test.each([
  [{ kind: undefined, task: undefined }, ['1', '2', '3']],
  [{ kind: 'choice', task: undefined }, ['2']],
  [{ kind: undefined, task: 'task-1' }, ['1', '2']],
  [{ kind: undefined, task: 'b' }, ['2']],
  [{ kind: 'person', task: 'task-1' }, []],
] as const)('of the decisions those are shown that are wanted: %j', (wanted, ids) => {
  expect(wantedDecisions(decisions, wanted).map(({ id }) => id)).toEqual(ids);
});

test('a kind that there is not wants nothing in particular', () => {
  expect(kindOf('engine')).toBe('engine');
  expect(kindOf('weather')).toBeUndefined();
  expect(kindOf(undefined)).toBeUndefined();
});
