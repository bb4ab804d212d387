import { expect, test } from 'vitest';
import { nameOf } from './task-words.ts';

test.each([
  [{ type: 'miyabi.world.check', key: 'alpha.check', world: 'alpha' }, 'alpha is checked'],
  [{ type: 'miyabi.issue.plan', key: 'plan', world: null }, 'Plan'],
  [{ type: 'miyabi.deploy.serve', key: 'staging.serve', world: null }, 'staging serve'],
])('a task is named by what is done: %j', (task, name) => {
  expect(nameOf(task)).toBe(name);
});
