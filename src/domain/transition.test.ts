import { describe, expect, it } from 'vitest';
import type { AttemptId, JobId, ProcessId, TaskId } from './ids.ts';
import type { Need } from './outcome.ts';
import { endStates, hasEnded, isAnsweredFor, isDue, nothingUsed, waitEnds } from './task.ts';
import { charged, transition } from './transition.ts';
import type { Task, TaskCommon, TaskState, Used, Waiting, WaitingReason } from './task.ts';
import type { TaskChange } from './transition.ts';

const oldPayload = { schemaVersion: 1, value: 'old' };
const newPayload = { schemaVersion: 2, value: 'new' };
const result = { schemaVersion: 3, value: 'done' };
const oldAnswer = { signal: 'plan', payload: 'go', by: 'ada', at: 2 };
const answer = { signal: 'approval', payload: true, by: 'bob', at: 9 };

/** No two fields have the same value, so that none can stand in for another. */
const base: TaskCommon = {
  id: 'task' as TaskId,
  jobId: 'job' as JobId,
  number: 21,
  parentTaskId: 'parent' as TaskId,
  parentJoin: 'none',
  generation: 22,
  ordinal: 23,
  key: 'a',
  type: 'test',
  payload: oldPayload,
  priority: 24,
  concurrencyKey: 'main',
  route: '',
  budget: { attempts: 25 },
  epoch: 3,
  executions: 10,
  failures: 2,
  leasesLost: 4,
  crashes: 5,
  repairs: 1,
  costMicroUsd: 50,
  wallMs: 600,
  decompositions: 7,
  answer: oldAnswer,
  createdAt: 26,
};
const now = 100;
const used: Used = { failures: 1, leasesLost: 0, crashes: 0, costMicroUsd: 7, wallMs: 30 };
/** What the changes below leave of it once an execution that used this is over. */
const spent = { ...base, failures: 3, crashes: 0, costMicroUsd: 57, wallMs: 630 };
/** What becomes of it when only its wait is over. */
const readied: Task = { ...base, state: 'ready', epoch: 4, readyAt: 100 };

const lease = { owner: 'process' as ProcessId, attemptId: 'attempt' as AttemptId, startedAt: 20, until: 30, limit: 40 };
const limit = { of: 'key', name: 'main' } as const;
const ask = (from: 'person' | 'event' | 'budget' | 'nobody', until?: number): Need => ({
  signal: 'approval',
  question: 'Go on?',
  from,
  ...(until === undefined ? {} : { until }),
});
const byThen: Need = { signal: 'approval', question: 'Go on?', from: 'deadline', until: 9_000 };

const pending = (waiting: Waiting): Task => ({ ...base, state: 'pending', waiting });
const children = (join: 'resume' | 'compose', left: number): Waiting => ({ reason: 'children', join, left, nextPayload: undefined });

const states = {
  deps: pending({ reason: 'deps', left: 1 }),
  'two deps': pending({ reason: 'deps', left: 2 }),
  children: pending(children('resume', 1)),
  'two children': pending(children('resume', 2)),
  'children, then another payload': pending({ reason: 'children', join: 'resume', left: 1, nextPayload: newPayload }),
  'children to compose': pending(children('compose', 1)),
  'two children to compose': pending(children('compose', 2)),
  backoff: pending({ reason: 'backoff', since: 5, until: 10 }),
  person: pending({ reason: 'person', since: 5, need: ask('person') }),
  event: pending({ reason: 'event', since: 5, need: ask('event') }),
  nobody: pending({ reason: 'event', since: 5, need: ask('nobody') }),
  budget: pending({ reason: 'budget', since: 5, need: ask('budget') }),
  deadline: pending({ reason: 'deadline', since: 5, need: byThen }),
  repair: pending({ reason: 'repair', by: 'repairer' as TaskId }),
  capacity: pending({ reason: 'capacity', limit }),
  paused: pending({ reason: 'paused' }),
  ready: { ...base, state: 'ready', readyAt: 1 },
  running: { ...base, state: 'running', lease },
  succeeded: { ...base, state: 'succeeded', result: oldPayload, endedAt: 1 },
  dead: { ...base, state: 'dead', reason: 'before', endedAt: 1 },
  decomposed: { ...base, state: 'decomposed', endedAt: 1 },
  cancelled: { ...base, state: 'cancelled', reason: 'before', endedAt: 1 },
  skipped: { ...base, state: 'skipped', reason: 'before', endedAt: 1 },
} as const satisfies Record<Exclude<TaskState, 'pending'> | WaitingReason, Task> & Record<string, Task>;
type StateName = keyof typeof states;

/** How a state is called in what cannot happen to it. */
const stateWords: Readonly<Record<StateName, string>> = {
  deps: 'pending (deps)',
  'two deps': 'pending (deps)',
  children: 'pending (children)',
  'two children': 'pending (children)',
  'children, then another payload': 'pending (children)',
  'children to compose': 'pending (children)',
  'two children to compose': 'pending (children)',
  backoff: 'pending (backoff)',
  person: 'pending (person)',
  event: 'pending (event)',
  nobody: 'pending (event)',
  budget: 'pending (budget)',
  deadline: 'pending (deadline)',
  repair: 'pending (repair)',
  capacity: 'pending (capacity)',
  paused: 'pending (paused)',
  ready: 'ready',
  running: 'running',
  succeeded: 'succeeded',
  dead: 'dead',
  decomposed: 'decomposed',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

const answered: Task = { ...base, answer, state: 'ready', epoch: 4, readyAt: 100 };
const cancelled: Task = { ...base, state: 'cancelled', reason: 'enough', endedAt: 100 };
const fresh = { ...base, failures: 0, leasesLost: 0, crashes: 0, repairs: 0 };
const blocked = { ...spent, answer: undefined, state: 'pending' } as const;
const split = { ...spent, decompositions: 8, answer: undefined } as const;
const withOldPayload: Task = { ...base, payload: oldPayload, state: 'ready', epoch: 4, readyAt: 100 };
const withNewPayload: Task = { ...base, payload: newPayload, state: 'ready', epoch: 4, readyAt: 100 };
const oneChildLeft = { 'two children': pending(children('resume', 1)), 'two children to compose': pending(children('compose', 1)) };
const resumed = { children: withOldPayload, 'children, then another payload': withNewPayload, ...oneChildLeft };

/** What a change makes of a task, or why it cannot happen; from a state that is not named it is impossible. */
type Results = Readonly<Partial<Record<StateName, Task | string>>>;
const changes: { readonly [Type in TaskChange['type']]: readonly (readonly [Extract<TaskChange, { readonly type: Type }>, Results])[] } = {
  dependencyMet: [[{ type: 'dependencyMet' }, { deps: readied, 'two deps': pending({ reason: 'deps', left: 1 }) }]],
  due: [[{ type: 'due' }, { backoff: readied }]],
  claimed: [[{ type: 'claimed', lease }, { ready: { ...base, executions: 11, state: 'running', lease } }]],
  succeeded: [[{ type: 'succeeded', result, used }, { running: { ...spent, state: 'succeeded', result, endedAt: 100 } }]],
  retried: [
    [
      { type: 'retried', delayMs: 1, nextPayload: undefined, used },
      { running: { ...spent, state: 'pending', waiting: { reason: 'backoff', since: 100, until: 101 } } },
    ],
    [
      { type: 'retried', delayMs: 5, nextPayload: newPayload, used },
      { running: { ...spent, payload: newPayload, state: 'pending', waiting: { reason: 'backoff', since: 100, until: 105 } } },
    ],
    [
      { type: 'retried', delayMs: 5.2, nextPayload: undefined, used },
      { running: { ...spent, state: 'pending', waiting: { reason: 'backoff', since: 100, until: 106 } } },
    ],
    [
      { type: 'retried', delayMs: 1e300, nextPayload: undefined, used },
      { running: { ...spent, state: 'pending', waiting: { reason: 'backoff', since: 100, until: 8_640_000_000_000_000 } } },
    ],
    [{ type: 'retried', delayMs: 0, nextPayload: undefined, used }, { running: { ...spent, epoch: 4, state: 'ready', readyAt: 100 } }],
    [
      { type: 'retried', delayMs: 0, nextPayload: newPayload, used },
      { running: { ...spent, payload: newPayload, epoch: 4, state: 'ready', readyAt: 100 } },
    ],
  ],
  died: [
    [
      { type: 'died', reason: 'hopeless', used },
      {
        running: { ...spent, state: 'dead', reason: 'hopeless', endedAt: 100 },
        ready: { ...base, state: 'dead', reason: 'hopeless', endedAt: 100 },
        repair: { ...base, state: 'dead', reason: 'hopeless', endedAt: 100 },
      },
    ],
  ],
  decomposed: [[{ type: 'decomposed', used }, { running: { ...split, state: 'decomposed', endedAt: 100 } }]],
  joined: [
    [
      { type: 'joined', join: 'resume', children: 2, nextPayload: newPayload, used },
      { running: { ...split, state: 'pending', waiting: { reason: 'children', join: 'resume', left: 2, nextPayload: newPayload } } },
    ],
    [
      { type: 'joined', join: 'compose', children: 3, nextPayload: undefined, used },
      { running: { ...split, state: 'pending', waiting: { reason: 'children', join: 'compose', left: 3, nextPayload: undefined } } },
    ],
  ],
  blocked: [
    [
      { type: 'blocked', need: ask('person'), used },
      { running: { ...blocked, waiting: { reason: 'person', since: 100, need: ask('person') } } },
    ],
    [
      { type: 'blocked', need: ask('event', 9_000), used },
      { running: { ...blocked, waiting: { reason: 'event', since: 100, need: ask('event', 9_000) } } },
    ],
    [
      { type: 'blocked', need: ask('nobody'), used },
      { running: { ...blocked, waiting: { reason: 'event', since: 100, need: ask('nobody') } } },
    ],
    [
      { type: 'blocked', need: ask('budget'), used },
      { running: { ...blocked, waiting: { reason: 'budget', since: 100, need: ask('budget') } } },
    ],
    [{ type: 'blocked', need: byThen, used }, { running: { ...blocked, waiting: { reason: 'deadline', since: 100, need: byThen } } }],
  ],
  answered: [
    [
      { type: 'answered', answer },
      { person: answered, event: answered, nobody: answered, budget: answered, deadline: answered },
    ],
    [{ type: 'answered', answer: { ...answer, signal: 'veto' } }, {}],
  ],
  dependencyAdded: [
    [{ type: 'dependencyAdded', left: 0, used }, { running: { ...spent, epoch: 4, state: 'ready', readyAt: 100 } }],
    [{ type: 'dependencyAdded', left: 2, used }, { running: { ...spent, state: 'pending', waiting: { reason: 'deps', left: 2 } } }],
  ],
  repairBegun: [
    [
      { type: 'repairBegun', by: 'repairer' as TaskId, used },
      { running: { ...spent, repairs: 2, state: 'pending', waiting: { reason: 'repair', by: 'repairer' as TaskId } } },
    ],
  ],
  repaired: [[{ type: 'repaired', payload: newPayload }, { repair: withNewPayload }]],
  childEnded: [
    [
      { type: 'childEnded', composition: undefined },
      { ...resumed, 'children to compose': 'The last child of a composed task needs its composition.' },
    ],
    [
      { type: 'childEnded', composition: { kind: 'succeeded', result } },
      { ...resumed, 'children to compose': { ...base, state: 'succeeded', result, endedAt: 100 } },
    ],
    [
      { type: 'childEnded', composition: { kind: 'dead', reason: 'a child is dead' } },
      { ...resumed, 'children to compose': { ...base, state: 'dead', reason: 'a child is dead', endedAt: 100 } },
    ],
  ],
  released: [[{ type: 'released' }, { running: readied }]],
  held: [
    [{ type: 'held', waiting: { reason: 'capacity', limit } }, { ready: pending({ reason: 'capacity', limit }) }],
    [{ type: 'held', waiting: { reason: 'paused' } }, { ready: pending({ reason: 'paused' }) }],
  ],
  lifted: [[{ type: 'lifted' }, { capacity: readied, paused: readied }]],
  redispatched: [[{ type: 'redispatched' }, { ready: readied }]],
  cancelled: [
    [
      { type: 'cancelled', reason: 'enough', used },
      {
        deps: cancelled,
        'two deps': cancelled,
        children: cancelled,
        'two children': cancelled,
        'children, then another payload': cancelled,
        'children to compose': cancelled,
        'two children to compose': cancelled,
        backoff: cancelled,
        person: cancelled,
        event: cancelled,
        nobody: cancelled,
        budget: cancelled,
        deadline: cancelled,
        repair: cancelled,
        capacity: cancelled,
        paused: cancelled,
        ready: cancelled,
        running: { ...spent, state: 'cancelled', reason: 'enough', endedAt: 100 },
      },
    ],
  ],
  skipped: [
    [
      { type: 'skipped', reason: 'not needed', used },
      {
        deps: { ...base, state: 'skipped', reason: 'not needed', endedAt: 100 },
        'two deps': { ...base, state: 'skipped', reason: 'not needed', endedAt: 100 },
        running: { ...spent, state: 'skipped', reason: 'not needed', endedAt: 100 },
      },
    ],
  ],
  revived: [
    [
      { type: 'revived', left: 0 },
      {
        dead: { ...fresh, epoch: 4, state: 'ready', readyAt: 100 },
        skipped: { ...fresh, epoch: 4, state: 'ready', readyAt: 100 },
      },
    ],
    [
      { type: 'revived', left: 2 },
      {
        dead: { ...fresh, state: 'pending', waiting: { reason: 'deps', left: 2 } },
        skipped: { ...fresh, state: 'pending', waiting: { reason: 'deps', left: 2 } },
      },
    ],
  ],
};

describe('the state machine: every change to every state', () => {
  const names = Object.keys(states) as readonly StateName[];
  describe.each(Object.values(changes).flat() as readonly (readonly [TaskChange, Results])[])('%j', (change, results) => {
    it.each(names)('of a task that is: %s', (name) => {
      const expected = results[name] ?? `Task a is ${stateWords[name]}: «${change.type}» cannot happen to it.`;
      expect(transition(states[name], change, now)).toStrictEqual(
        typeof expected === 'string' ? { kind: 'impossible', why: expected } : { kind: 'moved', task: expected },
      );
    });
  });
});

describe('what an execution used up', () => {
  it.each<readonly [string, Used, Partial<TaskCommon>]>([
    ['nothing: it came to an outcome, so no crash is the last in a row', nothingUsed, { crashes: 0 }],
    ['a failure, and it came to an outcome', { ...nothingUsed, failures: 1 }, { failures: 3, crashes: 0 }],
    ['a lease: it came to no outcome and its process lived', { ...nothingUsed, leasesLost: 1 }, { leasesLost: 5 }],
    ['a process', { ...nothingUsed, crashes: 1 }, { crashes: 6 }],
    ['money and time', { ...nothingUsed, crashes: 1, costMicroUsd: 9, wallMs: 70 }, { crashes: 6, costMicroUsd: 59, wallMs: 670 }],
  ])('%s', (_, what, counts) => {
    expect(charged(base, what)).toStrictEqual({ ...base, ...counts });
    expect(charged(states.running, what)).toStrictEqual({ ...base, ...counts });
  });

  it('is nothing of anything without an execution', () => {
    expect(nothingUsed).toStrictEqual({ failures: 0, leasesLost: 0, crashes: 0, costMicroUsd: 0, wallMs: 0 });
  });
});

describe('the end of a task', () => {
  it('is one of five states', () => {
    expect(endStates).toStrictEqual(['succeeded', 'dead', 'decomposed', 'cancelled', 'skipped']);
  });

  it.each(['succeeded', 'dead', 'decomposed', 'cancelled', 'skipped'] as const)('has come when it is %s', (name) => {
    expect(hasEnded(states[name])).toBe(true);
  });

  it.each(['deps', 'paused', 'person', 'ready', 'running'] as const)('has not come while it is %s', (name) => {
    expect(hasEnded(states[name])).toBe(false);
  });

  it.each([
    ['resume', true],
    ['compose', true],
    ['none', false],
    [undefined, false],
  ] as const)('is answered for by a parent that joined with %s: %s', (parentJoin, isAnswered) => {
    expect(isAnsweredFor({ parentJoin })).toBe(isAnswered);
  });
});

describe('a wait', () => {
  const withDeadline: Task = { ...base, budget: { deadline: 150 }, state: 'running', lease };
  it.each<readonly [string, TaskChange, Waiting]>([
    [
      'for a retry that would come later',
      { type: 'retried', delayMs: 70, nextPayload: undefined, used },
      { reason: 'backoff', since: 100, until: 150 },
    ],
    [
      'for a retry that comes sooner, not yet',
      { type: 'retried', delayMs: 20, nextPayload: undefined, used },
      { reason: 'backoff', since: 100, until: 120 },
    ],
    [
      'for a person without a time limit',
      { type: 'blocked', need: ask('person'), used },
      { reason: 'person', since: 100, need: ask('person', 150) },
    ],
    [
      'for a person who has longer',
      { type: 'blocked', need: ask('person', 160), used },
      { reason: 'person', since: 100, need: ask('person', 150) },
    ],
    [
      'for a person who has had until now',
      { type: 'blocked', need: ask('person', 100), used },
      { reason: 'person', since: 100, need: ask('person', 150) },
    ],
    ['but not for nobody', { type: 'blocked', need: ask('nobody'), used }, { reason: 'event', since: 100, need: ask('nobody') }],
  ])('ends at the deadline of its task: %s', (_, change, waiting) => {
    const step = transition(withDeadline, change, now);
    expect(step.kind === 'moved' && step.task.state === 'pending' && step.task.waiting).toStrictEqual(waiting);
  });

  it.each([
    ['person', 'person', undefined, 7_000, 7_000],
    ['person', 'person', 0, 7_000, 1_100],
    ['person', 'person', 1_099, undefined, 1_100],
    ['person', 'person', 1_101, undefined, 1_101],
    ['nobody', 'event', 0, 150, 1_100],
    ['nobody', 'event', 1_101, undefined, 1_101],
  ] as const)('for %s that ends by itself lasts a second at least, and not past the deadline', (from, reason, until, deadline, then) => {
    const limited: Task = { ...base, budget: deadline === undefined ? {} : { deadline }, state: 'running', lease };
    const step = transition(limited, { type: 'blocked', need: ask(from, until), used }, now);
    expect(step.kind === 'moved' && step.task.state === 'pending' && step.task.waiting).toStrictEqual({
      reason,
      since: 100,
      need: ask(from, then),
    });
  });

  it.each<readonly [string, Waiting, number | undefined]>([
    ['for a retry: when it is due', { reason: 'backoff', since: 5, until: 10 }, 10],
    ['for a person who has no time limit: never', { reason: 'person', since: 5, need: ask('person') }, undefined],
    ['for a person until a time: then', { reason: 'person', since: 5, need: ask('person', 70) }, 70],
    ['for an event until a time: then', { reason: 'event', since: 5, need: ask('event', 71) }, 71],
    ['for more budget until a time: then', { reason: 'budget', since: 5, need: ask('budget', 72) }, 72],
    ['for a time: then', { reason: 'deadline', since: 5, need: byThen }, 9_000],
    ['for a task: never', { reason: 'deps', left: 1 }, undefined],
    ['for a child: never', children('resume', 1), undefined],
    ['for a repair: never', { reason: 'repair', by: 'repairer' as TaskId }, undefined],
    ['for a place: never', { reason: 'capacity', limit }, undefined],
    ['for the end of a pause: never', { reason: 'paused' }, undefined],
  ])('ends by itself, %s', (_, waiting, ends) => {
    expect(waitEnds(waiting)).toBe(ends);
  });

  const backoff: Waiting = { reason: 'backoff', since: 50, until: 60 };
  const person: Waiting = { reason: 'person', since: 50, need: ask('person', 60) };
  it.each<readonly [string, Waiting, number, boolean]>([
    ['not before its time', backoff, 59, false],
    ['at its time', backoff, 60, true],
    ['after its time', backoff, 61, true],
    ['not as it begins', backoff, 50, false],
    ['when the clock has gone back before its beginning', backoff, 49, true],
    ['for a person, not before its time', person, 59, false],
    ['for a person, at its time', person, 60, true],
    ['for a person, when the clock has gone back', person, 49, true],
    ['never for a person who has no time limit', { reason: 'person', since: 50, need: ask('person') }, 1_000, false],
    ['nor when the clock has gone back', { reason: 'person', since: 50, need: ask('person') }, 49, false],
    ['never for a task', { reason: 'deps', left: 1 }, 1_000, false],
  ])('is over by itself: %s', (_, waiting, at, over) => {
    expect(isDue(waiting, at)).toBe(over);
  });
});
