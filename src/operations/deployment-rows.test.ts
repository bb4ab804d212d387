import { expect, it } from 'vitest';
import type { JobEvent } from '../domain/events.ts';
import type { TaskId } from '../domain/ids.ts';
import { applyEvent, applyProgress, emptyView } from './run-view.ts';

function event(type: JobEvent['type'], at: number, data: object): JobEvent {
  return { stream: 'job:j', seq: at, position: String(at), version: 1, at, type, data } as unknown as JobEvent;
}

const environment = { taskId: 'e', taskType: 'miyabi.deploy.environment', key: 'production' };
const watch = { taskId: 'w', taskType: 'miyabi.deploy.watch', key: 'watch' };

const begun = [
  event('task.created', 1, { ...environment, parentTaskId: 'd' }),
  event('task.created', 2, { ...watch, parentTaskId: 'e' }),
  event('task.started', 3, { ...watch, attemptId: 'a', epoch: 1 }),
].reduce((view, one) => applyEvent(view, one), emptyView);

it('shows what is done in an environment, in the words of the step', () => {
  expect(begun.deployments).toMatchObject([{ environment: 'production', phase: 'works', detail: 'watching it', startedAt: 3 }]);
  const view = applyProgress(begun, 'w' as TaskId, 'watch', 'production: watching r12, 3 min of 10, no requests yet');
  expect(view.deployments[0]?.detail).toBe('watching r12, 3 min of 10, no requests yet');
  expect(applyProgress(begun, 'w' as TaskId, 'watch', 'health: 200').deployments[0]?.detail).toBe('health: 200');
});

it('keeps how it ended, and why', () => {
  const result = { environment: 'production', deployment: 'x', release: 12, end: 'rolled-back', serving: 11, reason: 'too slow' };
  const ended = applyEvent(begun, event('task.state', 9, { ...environment, state: 'succeeded', reason: '', result }));
  expect(ended.deployments[0]).toMatchObject({ phase: 'ended', end: 'rolled-back', detail: 'too slow', endedAt: 9 });
  const died = applyEvent(begun, event('task.state', 9, { ...environment, state: 'dead', reason: 'no disk' }));
  expect(died.deployments[0]).toMatchObject({ phase: 'ended', end: 'abandoned', detail: 'no disk' });
});

it('is not moved by tasks of something else, or by a wait', () => {
  const other = { taskId: 'p', taskType: 'miyabi.run.publish', key: 'publish', attemptId: 'a', epoch: 1 };
  expect(applyEvent(begun, event('task.started', 4, other)).deployments).toEqual(begun.deployments);
  const waits = event('task.state', 4, { ...environment, state: 'decomposed', reason: '' });
  expect(applyEvent(begun, waits).deployments).toEqual(begun.deployments);
});
