import { describe, expect, it } from 'vitest';
import type { AttemptId, JobId, ProcessId, TaskId } from './ids.ts';
import { hasEnded, transition } from './task.ts';
import type { Task, TaskChange, TaskCommon, Waiting } from './task.ts';

const common: TaskCommon = {
  id: 'task' as TaskId,
  jobId: 'job' as JobId,
  parentTaskId: undefined,
  parentJoin: undefined,
  generation: 0,
  ordinal: 0,
  key: 'a',
  type: 'test',
  payload: { schemaVersion: 1, value: 'old' },
  priority: 0,
  concurrencyKey: undefined,
  budget: {},
  epoch: 3,
  executions: 1,
  failures: 0,
  leasesLost: 0,
  crashes: 2,
  costMicroUsd: 5,
  decompositions: 0,
  answer: undefined,
  createdAt: 1,
};
const lease = { owner: 'process' as ProcessId, attemptId: 'attempt' as AttemptId, until: 30, limit: undefined };
const used = { failures: 1, leasesLost: 0, crashes: 0, costMicroUsd: 7 } as const;
const need = { signal: 'approval', from: 'person', question: 'Go on?' } as const;
const answer = { signal: 'approval', payload: true, by: 'ada', at: 9 };
const result = { schemaVersion: 1, value: 'done' };

const pending = (waiting: Waiting): Task => ({ ...common, state: 'pending', waiting });
const children = (join: 'resume' | 'compose', left: number): Task => pending({ reason: 'children', join, left, nextPayload: undefined });

const states: Readonly<Record<string, Task>> = {
  deps: pending({ reason: 'deps', left: 1 }),
  children: children('resume', 1),
  backoff: pending({ reason: 'backoff', until: 10 }),
  person: pending({ reason: 'person', need }),
  event: pending({ reason: 'event', need: { ...need, from: 'event' } }),
  ready: { ...common, state: 'ready', readyAt: 1 },
  running: { ...common, state: 'running', lease },
  succeeded: { ...common, state: 'succeeded', result, endedAt: 1 },
  dead: { ...common, state: 'dead', reason: 'x', endedAt: 1 },
  decomposed: { ...common, state: 'decomposed', endedAt: 1 },
  cancelled: { ...common, state: 'cancelled', reason: 'x', endedAt: 1 },
  skipped: { ...common, state: 'skipped', reason: 'x', endedAt: 1 },
};

const changes: readonly { readonly change: TaskChange; readonly from: Readonly<Record<string, string>> }[] = [
  { change: { type: 'dependencyMet' }, from: { deps: 'ready' } },
  { change: { type: 'due' }, from: { backoff: 'ready' } },
  { change: { type: 'claimed', lease }, from: { ready: 'running' } },
  { change: { type: 'succeeded', result, used }, from: { running: 'succeeded' } },
  { change: { type: 'retried', delayMs: 5, used }, from: { running: 'pending' } },
  { change: { type: 'died', reason: 'x', used }, from: { running: 'dead', ready: 'dead' } },
  { change: { type: 'decomposed', used }, from: { running: 'decomposed' } },
  { change: { type: 'joined', join: 'resume', children: 2, nextPayload: undefined, used }, from: { running: 'pending' } },
  { change: { type: 'blocked', need, used }, from: { running: 'pending' } },
  { change: { type: 'answered', answer }, from: { person: 'ready', event: 'ready' } },
  { change: { type: 'childEnded', composition: undefined }, from: { children: 'ready' } },
  { change: { type: 'released' }, from: { running: 'ready' } },
  {
    change: { type: 'cancelled', reason: 'x' },
    from: Object.fromEntries(
      Object.entries(states)
        .filter(([, task]) => !hasEnded(task))
        .map(([name]) => [name, 'cancelled']),
    ),
  },
  { change: { type: 'skipped', reason: 'x' }, from: { deps: 'skipped' } },
];

function after(task: Task, change: TaskChange, now = 100): Task {
  const step = transition(task, change, now);
  if (step.kind === 'impossible') throw new Error(step.why);
  return step.task;
}

describe('the state machine', () => {
  it.each(
    changes.flatMap(({ change, from }) => Object.keys(states).map((state) => ({ state, what: change.type, change, to: from[state] }))),
  )('from $state on $what: $to', ({ state, change, to }) => {
    const step = transition(states[state] as Task, change, 100);
    expect(step.kind === 'moved' ? step.task.state : undefined).toBe(to);
  });

  it('says what cannot happen to which task', () => {
    expect(transition(states['backoff'] as Task, { type: 'released' }, 1)).toEqual({
      kind: 'impossible',
      why: 'Task a is pending (backoff): «released» cannot happen to it.',
    });
    expect(transition(states['dead'] as Task, { type: 'released' }, 1)).toMatchObject({ why: expect.stringContaining('a is dead') });
  });

  it('raises the epoch whenever a task becomes ready, and only then', () => {
    expect(after(states['deps'] as Task, { type: 'dependencyMet' })).toMatchObject({ epoch: 4, readyAt: 100 });
    expect(after(states['running'] as Task, { type: 'released' })).toMatchObject({ epoch: 4 });
    expect(after(states['running'] as Task, { type: 'retried', delayMs: 0, used })).toMatchObject({ state: 'ready', epoch: 4 });
    expect(after(states['running'] as Task, { type: 'retried', delayMs: 5, used })).toMatchObject({ epoch: 3, waiting: { until: 105 } });
    expect(after(states['ready'] as Task, { type: 'claimed', lease })).toMatchObject({ epoch: 3, executions: 2 });
  });

  it('counts what an execution used up', () => {
    expect(after(states['running'] as Task, { type: 'retried', delayMs: 5, used })).toMatchObject({
      failures: 1,
      leasesLost: 0,
      costMicroUsd: 12,
    });
    const lost = { failures: 0, leasesLost: 1, crashes: 0, costMicroUsd: 0 } as const;
    expect(after(states['running'] as Task, { type: 'died', reason: 'x', used: lost })).toMatchObject({ failures: 0, leasesLost: 1 });
  });

  it('counts crashes in a row, until an execution comes to an outcome', () => {
    const running = states['running'] as Task;
    const retried = (more: object): Task => after(running, { type: 'retried', delayMs: 0, used: { ...used, failures: 0, ...more } });
    expect(retried({ crashes: 1 })).toMatchObject({ crashes: 3, failures: 0, leasesLost: 0 });
    expect(retried({ leasesLost: 1 })).toMatchObject({ crashes: 2 });
    expect(retried({ failures: 1 })).toMatchObject({ crashes: 0 });
    expect(after(running, { type: 'released' })).toMatchObject({ crashes: 2 });
    expect(after(running, { type: 'decomposed', used })).toMatchObject({ crashes: 0 });
  });

  it('waits until the last dependency is met', () => {
    const two = pending({ reason: 'deps', left: 2 });
    const one = after(two, { type: 'dependencyMet' });
    expect(one).toMatchObject({ state: 'pending', waiting: { left: 1 } });
    expect(after(one, { type: 'dependencyMet' }).state).toBe('ready');
  });

  it('takes the next payload when all children have ended', () => {
    const parent = pending({ reason: 'children', join: 'resume', left: 2, nextPayload: { schemaVersion: 1, value: 'new' } });
    const one = after(parent, { type: 'childEnded', composition: undefined });
    expect(one).toMatchObject({ state: 'pending', waiting: { left: 1 }, payload: { value: 'old' } });
    expect(after(one, { type: 'childEnded', composition: undefined })).toMatchObject({ state: 'ready', payload: { value: 'new' } });
    expect(after(children('resume', 1), { type: 'childEnded', composition: undefined })).toMatchObject({ payload: { value: 'old' } });
  });

  it('ends a composed task as its children did', () => {
    const last = (composition: Extract<TaskChange, { type: 'childEnded' }>['composition']) =>
      transition(children('compose', 1), { type: 'childEnded', composition }, 100);
    expect(last({ kind: 'succeeded', result })).toMatchObject({ task: { state: 'succeeded', result, endedAt: 100 } });
    expect(last({ kind: 'dead', reason: 'no' })).toMatchObject({ task: { state: 'dead', reason: 'no', endedAt: 100 } });
    expect(last(undefined)).toEqual({ kind: 'impossible', why: 'The last child of a composed task needs its composition.' });
  });

  it('keeps an answer through retries and forgets it at the next wait or decomposition', () => {
    const answered = after(states['person'] as Task, { type: 'answered', answer });
    const running = after(answered, { type: 'claimed', lease });
    expect(after(running, { type: 'retried', delayMs: 0, used })).toMatchObject({ answer });
    expect(after(running, { type: 'blocked', need, used })).toMatchObject({ answer: undefined, waiting: { reason: 'person', need } });
    expect(after(running, { type: 'decomposed', used })).toMatchObject({ answer: undefined, decompositions: 1 });
  });

  it('is not answered by a signal of another name', () => {
    expect(transition(states['person'] as Task, { type: 'answered', answer: { ...answer, signal: 'veto' } }, 1).kind).toBe('impossible');
  });

  it('leaves behind what was true only in the state before', () => {
    expect(after(states['running'] as Task, { type: 'succeeded', result, used })).not.toHaveProperty('lease');
    expect(after(states['ready'] as Task, { type: 'claimed', lease })).not.toHaveProperty('readyAt');
  });
});
