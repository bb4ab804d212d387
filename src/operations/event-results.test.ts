import { expect, it } from 'vitest';
import type { EventCursor, JobEvent } from '../domain/events.ts';
import type { TaskId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import { withLiveResult, withResults } from './event-results.ts';

const taskId = 't' as TaskId;
const ended = (result?: unknown): JobEvent => {
  const data = {
    taskId,
    taskType: 'a.type',
    key: 'k',
    state: 'succeeded',
    reason: '',
    ...(result === undefined ? {} : { result }),
  } as const;
  return { stream: 'job:j', seq: 1, position: '1' as EventCursor, version: result === undefined ? 2 : 1, at: 1, type: 'task.state', data };
};
const task = { id: taskId, state: 'succeeded', result: { schemaVersion: 1, value: 'of the task' } } as unknown as Task;

it('an event that says that a task succeeded comes with the result of the task', () => {
  expect(withResults([ended()], [task])).toEqual([{ ...ended(), data: { ...ended().data, result: 'of the task' } }]);
});

it('an event of the first version keeps the result that it carries', () => {
  expect(withResults([ended('its own')], [task])).toEqual([ended('its own')]);
});

it('tasks whose results nobody sees are not looked up while a run goes on', async () => {
  const asked: TaskId[] = [];
  const engine = { task: async (id: TaskId) => (asked.push(id), undefined) };
  expect(await withLiveResult(engine, ended(), new Set(['another.type']))).toEqual(ended());
  expect(asked).toEqual([]);
  expect(await withLiveResult(engine, ended(), new Set(['a.type']))).toEqual(ended());
  expect(asked).toEqual([taskId]);
});
