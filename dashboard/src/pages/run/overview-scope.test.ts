import { expect, test } from 'vitest';
import { groupInScope, logInScope } from './overview-scope.ts';
import type { RunTask } from './task-words.ts';
import type { WorldCard, WorldGroup } from './worlds/world-cards.ts';

const card = (world: string, own: Partial<WorldCard> = {}): WorldCard => ({
  world,
  taskId: world,
  state: 'running',
  agent: '',
  score: null,
  costUsd: 0,
  runsSince: null,
  tookMs: null,
  isWinner: false,
  reason: null,
  ...own,
});
const group = (planTask: string, ...cards: readonly WorldCard[]): WorldGroup => ({ planTask, title: planTask, round: 1, cards });
const chosen = (planTask: string | null, world: string | null): RunTask => ({ planTask, world }) as RunTask;
const log = (planTask: string | null, world: string | null, isLive = false) => ({
  log: planTask === null ? 'smoke' : `${planTask}.${world}`,
  planTask,
  world,
  isLive,
  bytes: 0,
  isHere: true,
});

test('the worlds of the chosen task are shown, else those at work, else the first', () => {
  const groups = [group('task-1', card('alpha')), group('task-2', card('alpha', { runsSince: 5 }))];
  expect(groupInScope(groups, chosen('task-1', null))?.planTask).toBe('task-1');
  expect(groupInScope(groups, chosen(null, null))?.planTask).toBe('task-2');
  expect(groupInScope(groups.slice(0, 1), undefined)?.planTask).toBe('task-1');
  expect(groupInScope([], undefined)).toBeUndefined();
});

test('the log that was asked for is shown, else the one of the chosen world, else one that is printed, else the winner’s', () => {
  const worlds = group('task-1', card('alpha'), card('beta', { isWinner: true }));
  const logs = [log('task-1', 'alpha'), log('task-1', 'beta'), log('task-1', 'gamma'), log(null, null)];
  const shown = (asked?: string, task?: RunTask, among = logs) => logInScope(among, { asked, chosen: task, group: worlds })?.log;
  expect(shown('smoke')).toBe('smoke');
  expect(shown('unknown', chosen('task-1', 'gamma'))).toBe('task-1.gamma');
  expect(shown(undefined, undefined, [...logs, log('task-1', 'delta', true)])).toBe('task-1.delta');
  expect(shown()).toBe('task-1.beta');
  expect(shown(undefined, chosen('task-1', null), logs.slice(0, 1))).toBe('task-1.alpha');
  expect(shown(undefined, undefined, logs.slice(3))).toBe('smoke');
  expect(shown(undefined, undefined, [])).toBeUndefined();
});
