import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../domain/events.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { RunView } from './run-view.ts';
import { applyEvent, applyProgress, emptyView } from './run-view.ts';

type EventOf<Type extends JobEvent['type']> = Extract<JobEvent, { readonly type: Type }>;

const jobId = 'job' as JobId;
const id = (name: string): TaskId => name as TaskId;
let at = 0;

function event<Type extends JobEvent['type']>(type: Type, data: EventOf<Type>['data']): JobEvent {
  at += 1000;
  return { stream: `job:${jobId}`, seq: at, position: String(at), version: 1, at, type, data } as JobEvent;
}

const types = { implement: 'miyabi.task.implement', run: 'miyabi.world.run', check: 'miyabi.world.check', choose: 'miyabi.task.choose' };
const task = (name: string, taskType: string, key: string) => ({ taskId: id(name), taskType, key });

/** A plan task with one world, up to the moment where its agent has begun. */
function begun(): RunView {
  const events = [
    event('task.created', { ...task('t', types.implement, 'task-1'), parentTaskId: null }),
    event('task.created', { ...task('r', types.run, 'alpha.run'), parentTaskId: id('t') }),
    event('task.created', { ...task('c', types.check, 'alpha.check'), parentTaskId: id('t') }),
    event('task.created', { ...task('x', types.choose, 'choose'), parentTaskId: id('t') }),
    event('task.started', { ...task('r', types.run, 'alpha.run'), attemptId: 'a', epoch: 1 }),
  ];
  return events.reduce((view, one) => applyEvent(view, one, new Map([['task-1', 'Mend it']])), emptyView);
}

const alpha = (view: RunView) => view.tasks[0]?.worlds[0];

describe('the view of a run', () => {
  it('shows a world at work under its task, with what it says', () => {
    const view = applyProgress(begun(), id('r'), 'alpha.run', 'tried 25 of 600');
    expect(view.tasks[0]).toMatchObject({ key: 'task-1', title: 'Mend it' });
    expect(alpha(view)).toMatchObject({ world: 'alpha', phase: 'works', detail: 'tried 25 of 600' });
  });

  it('keeps a failed world failed, although its check begins and finds nothing to do', () => {
    const ended = { kind: 'ended', status: 'timeout', reason: 'too slow' };
    const view = [
      event('task.state', { ...task('r', types.run, 'alpha.run'), state: 'succeeded', reason: '', result: ended }),
      event('task.started', { ...task('c', types.check, 'alpha.check'), attemptId: 'b', epoch: 1 }),
      event('task.state', {
        ...task('c', types.check, 'alpha.check'),
        state: 'succeeded',
        reason: '',
        result: { kind: 'nothing-to-check' },
      }),
    ].reduce((before, one) => applyEvent(before, one), begun());
    expect(alpha(view)).toMatchObject({ phase: 'ended', status: 'timeout', detail: 'too slow' });
  });

  it('goes from harvest to score to the choice', () => {
    const harvested = applyEvent(
      begun(),
      event('task.state', {
        ...task('r', types.run, 'alpha.run'),
        state: 'succeeded',
        reason: '',
        result: { kind: 'harvested', summary: 'a > b' },
      }),
    );
    const checked = applyEvent(
      applyProgress(harvested, id('c'), 'alpha.check', 'tests'),
      event('task.state', {
        ...task('c', types.check, 'alpha.check'),
        state: 'succeeded',
        reason: '',
        result: { kind: 'checked', provisionalScore: 97 },
      }),
    );
    expect(alpha(checked)).toMatchObject({ phase: 'ended', score: 97, detail: 'a > b', won: false });
    const verdict = { world: 'alpha', status: 'success', score: { total: 98 }, against: [], summary: 'a > b' };
    const choice = { kind: 'chosen', winner: 'alpha', verdicts: [verdict] };
    const chosen = applyEvent(
      checked,
      event('task.state', { ...task('x', types.choose, 'choose'), state: 'succeeded', reason: '', result: choice }),
    );
    expect(alpha(chosen)).toMatchObject({ won: true, status: 'success', score: 98 });
  });

  it('tells the same from the events whenever it is rebuilt', () => {
    at = 0;
    const first = begun();
    at = 0;
    expect(begun()).toEqual(first);
  });
});
