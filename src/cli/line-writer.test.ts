import { expect, it } from 'vitest';
import type { JobEvent } from '../domain/events.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { RunAttributes } from '../domain/run.ts';
import { openLineWriter } from './line-writer.ts';
import type { Shell } from './shell.ts';

const jobId = '1'.repeat(32) as JobId;
const attributes = { issue: { title: 'Mend it' }, base: { name: 'main', commit: 'a'.repeat(40) } } as unknown as RunAttributes;

function created(taskId: string, taskType: string, key: string, parentTaskId: string | null): JobEvent {
  const data = { taskId, taskType, key, parentTaskId };
  return { stream: 'job:job', seq: 1, position: 1, version: 1, at: 1, type: 'task.created', data } as unknown as JobEvent;
}

it('names a world by its task in whatever it tells of it, and anything else by its key', () => {
  const lines: string[] = [];
  const shell = { err: (line: string) => void lines.push(line) } as unknown as Shell;
  const writer = openLineWriter(shell, jobId, { attributes, titles: new Map([['task-2', 'Mend it']]) });
  writer.onEvent(created('t', 'miyabi.task.implement', 'task-2', null));
  writer.onEvent(created('r', 'miyabi.world.run', 'alpha.run', 't'));
  writer.onNotice({ taskId: 'r' as TaskId, key: 'alpha.run', text: 'waiting 9 s: others have asked before' });
  writer.onNotice({ taskId: 'p' as TaskId, key: 'plan', text: 'the model did not answer' });
  expect(lines.slice(-2)).toEqual(['  task-2 alpha: waiting 9 s: others have asked before\n', '  plan: the model did not answer\n']);
});
