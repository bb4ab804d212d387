import { describe, expect, it } from 'vitest';
import type { AttemptId, JobId, ProcessId, TaskId } from './ids.ts';
import { addCounts, bucketOf, counted, deriveJobState, jobHasEnded, totalOf, openJobs } from './job.ts';
import type { Job, JobState, TaskBucket, TaskCounts } from './job.ts';
import type { Join, Need } from './outcome.ts';
import type { Task, TaskCommon, Waiting } from './task.ts';

type Facts = Pick<Job, 'counts' | 'cancel' | 'paused' | 'sealed'>;

const cancel = { reason: 'enough', at: 1 };
const sealed = (counts: TaskCounts): Facts => ({ counts, cancel: undefined, paused: false, sealed: true });
const open = (counts: TaskCounts): Facts => ({ ...sealed(counts), sealed: false });
const paused = (facts: Facts): Facts => ({ ...facts, paused: true });
const cancelled = (facts: Facts): Facts => ({ ...facts, cancel });

/** What the state is of a job whose tasks are all in one bucket, by what people have done to it. */
interface States {
  readonly sealed: JobState;
  readonly open: JobState;
  readonly paused: JobState;
  readonly pausedOpen: JobState;
  readonly cancelled: JobState;
  readonly cancelledOpen: JobState;
  readonly cancelledPaused: JobState;
}
const runs: States = {
  sealed: 'running',
  open: 'running',
  paused: 'running',
  pausedOpen: 'running',
  cancelled: 'running',
  cancelledOpen: 'running',
  cancelledPaused: 'running',
};
const moves: States = { ...runs, paused: 'paused', pausedOpen: 'paused', cancelledPaused: 'paused' };
const waits: States = { ...moves, sealed: 'waiting', open: 'waiting', cancelled: 'waiting', cancelledOpen: 'waiting' };
const hangs: States = {
  sealed: 'stuck',
  open: 'running',
  paused: 'stuck',
  pausedOpen: 'paused',
  cancelled: 'stuck',
  cancelledOpen: 'stuck',
  cancelledPaused: 'stuck',
};
const isDone: States = {
  sealed: 'completed',
  open: 'running',
  paused: 'completed',
  pausedOpen: 'paused',
  cancelled: 'cancelled',
  cancelledOpen: 'cancelled',
  cancelledPaused: 'cancelled',
};
const hasFailed: States = { ...isDone, sealed: 'failed', paused: 'failed' };

const alone: Readonly<Record<TaskBucket, States>> = {
  running: runs,
  ready: moves,
  backoff: moves,
  capacity: moves,
  paused: moves,
  person: waits,
  event: waits,
  budget: waits,
  deadline: waits,
  deps: hangs,
  children: hangs,
  repair: hangs,
  nobody: hangs,
  succeeded: isDone,
  decomposed: isDone,
  skipped: isDone,
  answered: isDone,
  dead: hasFailed,
  cancelled: hasFailed,
};

describe('the state of a job', () => {
  describe.each(Object.entries(alone))('whose tasks are all %s', (bucket, states) => {
    const counts: TaskCounts = { [bucket]: 2 };
    it.each<readonly [string, Facts, JobState]>([
      ['sealed', sealed(counts), states.sealed],
      ['open', open(counts), states.open],
      ['paused', paused(sealed(counts)), states.paused],
      ['paused and open', paused(open(counts)), states.pausedOpen],
      ['cancelled', cancelled(sealed(counts)), states.cancelled],
      ['cancelled before it was sealed', cancelled(open(counts)), states.cancelledOpen],
      ['cancelled and paused', cancelled(paused(sealed(counts))), states.cancelledPaused],
    ])('and which is %s', (_, facts, state) => {
      expect(deriveJobState(facts)).toBe(state);
    });
  });

  it.each<readonly [string, Facts, JobState]>([
    ['what runs comes before what waits and what hangs', sealed({ running: 1, person: 1, deps: 1, dead: 1 }), 'running'],
    ['what runs is not paused yet', paused(sealed({ running: 1, ready: 1, person: 1 })), 'running'],
    ['what can move comes before what waits for somebody', sealed({ ready: 1, person: 1 }), 'running'],
    ['so does a retry that is due later, also after a death', sealed({ backoff: 1, event: 1, dead: 1 }), 'running'],
    ['what can be answered holds up its dependents, not the job', sealed({ person: 1, deps: 2 }), 'waiting'],
    ['an answer may still come after a death', sealed({ event: 1, children: 1, dead: 1 }), 'waiting'],
    ['what nobody can supply does not stop what somebody can', sealed({ nobody: 1, deadline: 1 }), 'waiting'],
    ['what nobody can supply does not stop what can move', sealed({ nobody: 1, capacity: 1 }), 'running'],
    ['a payload is being repaired while its repairer is ready', sealed({ repair: 1, ready: 1 }), 'running'],
    ['what waits for the dead waits for ever', sealed({ deps: 1, dead: 1 }), 'stuck'],
    ['it is stuck rather than cancelled while something is unfinished', cancelled(sealed({ deps: 1, cancelled: 3 })), 'stuck'],
    ['one death fails it', sealed({ succeeded: 2, dead: 1 }), 'failed'],
    ['one task that was cancelled alone fails it', sealed({ succeeded: 2, cancelled: 1 }), 'failed'],
    ['a death that a parent answered for does not', sealed({ succeeded: 2, answered: 1 }), 'completed'],
    ['a parent that could not cope is dead itself', sealed({ dead: 1, answered: 1 }), 'failed'],
    ['what was done, divided or not needed completes it', sealed({ succeeded: 1, decomposed: 1, skipped: 1 }), 'completed'],
    ['cancelling comes before failing', cancelled(sealed({ dead: 1, cancelled: 1 })), 'cancelled'],
    ['a task may still be given to it after a death', open({ dead: 1 }), 'running'],
    ['without tasks and open it runs', open({}), 'running'],
    ['without tasks, open and paused it is paused', paused(open({})), 'paused'],
    ['without tasks and sealed it is complete', sealed({}), 'completed'],
    ['without tasks and cancelled it is cancelled', cancelled(open({})), 'cancelled'],
    ['what was counted away does not count', sealed({ running: 0, ready: 0, person: 0, deps: 0, dead: 0, succeeded: 1 }), 'completed'],
  ])('%s', (_, facts, state) => {
    expect(deriveJobState(facts)).toBe(state);
  });

  it.each<readonly [JobState, boolean]>([
    ['completed', true],
    ['failed', true],
    ['cancelled', true],
    ['stuck', true],
    ['running', false],
    ['waiting', false],
    ['paused', false],
  ])('%s is over: %s', (state, over) => {
    expect(jobHasEnded(state)).toBe(over);
  });
});

describe('the count of a job', () => {
  const counts: TaskCounts = { ready: 3, dead: 2 };

  it('takes one more, in a bucket that it has or has not', () => {
    expect(counted(counts, 'ready')).toStrictEqual({ ready: 4, dead: 2 });
    expect(counted(counts, 'running')).toStrictEqual({ ready: 3, dead: 2, running: 1 });
  });

  it('takes some more, or fewer', () => {
    expect(counted(counts, 'dead', 4)).toStrictEqual({ ready: 3, dead: 6 });
    expect(counted(counts, 'ready', -1)).toStrictEqual({ ready: 2, dead: 2 });
    expect(counted(counts, 'capacity', 5)).toStrictEqual({ ready: 3, dead: 2, capacity: 5 });
    expect(counts).toStrictEqual({ ready: 3, dead: 2 });
  });

  it('is of all its tasks', () => {
    expect(totalOf(counts)).toBe(5);
    expect(totalOf({})).toBe(0);
  });
});

describe('the bucket of a task', () => {
  const common: TaskCommon = {
    id: 'task' as TaskId,
    jobId: 'job' as JobId,
    number: 1,
    parentTaskId: undefined,
    parentJoin: undefined,
    generation: 0,
    ordinal: 0,
    key: 'a',
    type: 'test',
    payload: { schemaVersion: 1, value: 0 },
    priority: 0,
    concurrencyKey: undefined,
    route: '',
    budget: {},
    epoch: 1,
    executions: 0,
    failures: 0,
    leasesLost: 0,
    crashes: 0,
    repairs: 0,
    costMicroUsd: 0,
    wallMs: 0,
    decompositions: 0,
    answer: undefined,
    createdAt: 1,
  };
  const pending = (waiting: Waiting): Task => ({ ...common, state: 'pending', waiting });
  const ended = (state: 'dead' | 'cancelled' | 'skipped', parentJoin?: Join): Task => ({
    ...common,
    parentJoin,
    state,
    reason: 'x',
    endedAt: 1,
  });
  const need = (from: 'person' | 'event' | 'budget' | 'nobody'): Need => ({ signal: 'approval', question: 'Go on?', from });
  const lease = { owner: 'process' as ProcessId, attemptId: 'attempt' as AttemptId, startedAt: 1, until: 2, limit: undefined };

  it.each<readonly [Task, TaskBucket]>([
    [pending({ reason: 'deps', left: 1 }), 'deps'],
    [pending({ reason: 'children', join: 'resume', left: 1, nextPayload: undefined }), 'children'],
    [pending({ reason: 'backoff', since: 1, until: 2 }), 'backoff'],
    [pending({ reason: 'person', since: 1, need: need('person') }), 'person'],
    [pending({ reason: 'event', since: 1, need: need('event') }), 'event'],
    [pending({ reason: 'event', since: 1, need: need('nobody') }), 'nobody'],
    [pending({ reason: 'event', since: 1, need: { signal: 's', question: '?', from: 'nobody', until: 2 } }), 'event'],
    [pending({ reason: 'budget', since: 1, need: need('budget') }), 'budget'],
    [pending({ reason: 'deadline', since: 1, need: { signal: 's', question: '?', from: 'deadline', until: 2 } }), 'deadline'],
    [pending({ reason: 'repair', by: 'repairer' as TaskId }), 'repair'],
    [pending({ reason: 'capacity', limit: { of: 'type', name: 'test' } }), 'capacity'],
    [pending({ reason: 'paused' }), 'paused'],
    [{ ...common, state: 'ready', readyAt: 1 }, 'ready'],
    [{ ...common, state: 'running', lease }, 'running'],
    [{ ...common, state: 'succeeded', result: { schemaVersion: 1, value: 1 }, endedAt: 1 }, 'succeeded'],
    [{ ...common, state: 'decomposed', endedAt: 1 }, 'decomposed'],
    [ended('dead'), 'dead'],
    [ended('dead', 'none'), 'dead'],
    [ended('dead', 'resume'), 'answered'],
    [ended('dead', 'compose'), 'answered'],
    [ended('cancelled', 'resume'), 'cancelled'],
    [ended('skipped', 'compose'), 'skipped'],
  ])('of %j is %s', (task, bucket) => {
    expect(bucketOf(task)).toBe(bucket);
  });
});

it('adds the counts of several jobs up, bucket by bucket', () => {
  expect(addCounts([{ ready: 1, person: 2 }, {}, { ready: 3, dead: 1 }])).toEqual({ ready: 4, person: 2, dead: 1 });
  expect(addCounts([])).toEqual({});
});

it('open jobs are counted by state, and their tasks together', () => {
  expect(
    openJobs([
      { state: 'running', counts: { ready: 1 } },
      { state: 'waiting', counts: { person: 1 } },
      { state: 'running', counts: { ready: 2 } },
    ]),
  ).toStrictEqual({ jobs: { running: 2, waiting: 1 }, counts: { ready: 3, person: 1 } });
  expect(openJobs([])).toStrictEqual({ jobs: {}, counts: {} });
});
