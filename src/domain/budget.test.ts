import { describe, expect, it } from 'vitest';
import {
  attemptLimit,
  budgetFault,
  costExceeded,
  defaultAttempts,
  exceededLimit,
  inheritBudget,
  isCostLimit,
  mostCrashes,
  startLimit,
  wallExceeded,
} from './budget.ts';
import type { AttemptLimit, Usage } from './budget.ts';
import type { Budget } from './job.ts';

it('allows five attempts and five crashes in a row by default', () => {
  expect(defaultAttempts).toBe(5);
  expect(mostCrashes).toBe(5);
});

describe('an inherited budget', () => {
  const outer: Budget = { attempts: 3, attemptMs: 10, wallMs: 70, deadline: 50, costMicroUsd: 9 };
  it.each<readonly [string, Budget, Budget | undefined, Budget]>([
    ['is empty when nothing is limited', {}, undefined, {}],
    ['hands down attempts, their time and the deadline', outer, undefined, { attempts: 3, attemptMs: 10, deadline: 50 }],
    ['hands them down to an empty one too', outer, {}, { attempts: 3, attemptMs: 10, deadline: 50 }],
    ['lets the nearest limit on attempts hold', outer, { attempts: 7 }, { attempts: 7, attemptMs: 10, deadline: 50 }],
    ['lets the nearest limit on their time hold', outer, { attemptMs: 90 }, { attempts: 3, attemptMs: 90, deadline: 50 }],
    ['does not let a deadline go further away', outer, { deadline: 80 }, { attempts: 3, attemptMs: 10, deadline: 50 }],
    ['lets a deadline come nearer', outer, { deadline: 20 }, { attempts: 3, attemptMs: 10, deadline: 20 }],
    ['has a deadline of its own', {}, { deadline: 20 }, { deadline: 20 }],
    ['has costs of its own only', { costMicroUsd: 9 }, { costMicroUsd: 40 }, { costMicroUsd: 40 }],
    ['may not cost anything', { costMicroUsd: 9 }, { costMicroUsd: 0 }, { costMicroUsd: 0 }],
    ['has a wall time of its own only', { wallMs: 70 }, { wallMs: 400 }, { wallMs: 400 }],
  ])('%s', (_, from, own, inherited) => {
    expect(inheritBudget(from, own)).toStrictEqual(inherited);
  });
});

describe('a budget', () => {
  it.each<readonly [Readonly<Record<string, unknown>>, string]>([
    [{ attempts: 0 }, 'attempts: must be a whole number of at least 1, not 0'],
    [{ attempts: Number.NaN }, 'attempts: must be a whole number of at least 1, not NaN'],
    [{ attempts: Number.POSITIVE_INFINITY }, 'attempts: must be a whole number of at least 1, not Infinity'],
    [{ attempts: 2 ** 53 }, 'attempts: must be at most 9007199254740991, not 9007199254740992'],
    [{ attemptMs: 0 }, 'attemptMs: must be a whole number of at least 1, not 0'],
    [{ attemptMs: 'long' }, 'attemptMs: must be a whole number of at least 1, not string'],
    [{ attemptMs: '7' }, 'attemptMs: must be a whole number of at least 1, not string'],
    [{ attemptMs: 2 ** 53 }, 'attemptMs: must be at most 9007199254740991, not 9007199254740992'],
    [{ wallMs: 0 }, 'wallMs: must be a whole number of at least 1, not 0'],
    [{ wallMs: null }, 'wallMs: must be a whole number of at least 1, not object'],
    [{ wallMs: 2 ** 53 }, 'wallMs: must be at most 9007199254740991, not 9007199254740992'],
    [{ deadline: 0 }, 'deadline: must be a whole number of at least 1, not 0'],
    [{ deadline: 1.5 }, 'deadline: must be a whole number of at least 1, not 1.5'],
    [{ deadline: 8_640_000_000_000_001 }, 'deadline: must be at most 8640000000000000, not 8640000000000001'],
    [{ costMicroUsd: -1 }, 'costMicroUsd: must be a whole number of at least 0, not -1'],
    [{ costMicroUsd: 0.5 }, 'costMicroUsd: must be a whole number of at least 0, not 0.5'],
    [{ costMicroUsd: 2 ** 53 }, 'costMicroUsd: must be at most 9007199254740991, not 9007199254740992'],
    [{ patience: 3 }, 'patience: there is no such limit'],
    [{ constructor: 3 }, 'constructor: there is no such limit'],
    [{ attempts: 2, patience: 3 }, 'patience: there is no such limit'],
  ])('%o is refused', (budget, fault) => {
    expect(budgetFault(budget)).toBe(fault);
  });

  it.each<Readonly<Record<string, unknown>>>([
    {},
    { attempts: 1, attemptMs: 1, wallMs: 1, deadline: 1, costMicroUsd: 0 },
    { attempts: 2 ** 53 - 1, attemptMs: 2 ** 53 - 1, wallMs: 2 ** 53 - 1, deadline: 8_640_000_000_000_000, costMicroUsd: 2 ** 53 - 1 },
    { attempts: undefined, patience: undefined },
  ])('%o is sound', (budget) => {
    expect(budgetFault(budget)).toBeUndefined();
  });

  it('may end at the last moment that a date can name', () => {
    expect(startLimit({ deadline: 8_640_000_000_000_000 }, { costMicroUsd: 0, wallMs: 0, now: 8_640_000_000_000_000 })).toBe(
      'Deadline reached: +275760-09-13T00:00:00.000Z',
    );
  });
});

describe('the limit that bit', () => {
  const nothing: Usage = { attempts: 0, costMicroUsd: 0, wallMs: 0, now: 0 };
  const much: Usage = { attempts: 4, costMicroUsd: 1e12, wallMs: 1e12, now: 1e15 };
  const attempts = 'Max attempts reached: 5/5';
  const deadline = 'Deadline reached: 1970-01-01T00:00:01.000Z';
  const wall = 'Wall time used up: 1.5/1.5 s';
  const cost = 'Cost limit reached: 2.50/2.00 USD';

  it.each<readonly [string, Budget, Usage, string | undefined]>([
    ['without limits: none, below five attempts', {}, much, undefined],
    ['without limits: the fifth attempt', {}, { ...nothing, attempts: 5 }, attempts],
    ['of attempts: below it', { attempts: 2 }, { ...nothing, attempts: 1 }, undefined],
    ['of attempts: at it', { attempts: 2 }, { ...nothing, attempts: 2 }, 'Max attempts reached: 2/2'],
    ['of attempts: beyond it', { attempts: 2 }, { ...nothing, attempts: 3 }, 'Max attempts reached: 3/2'],
    ['of attempts, when it is above the usual one', { attempts: 7 }, { ...nothing, attempts: 6 }, undefined],
    ['of attempts, before all others', { deadline: 1, wallMs: 1, costMicroUsd: 0 }, { ...much, attempts: 5 }, attempts],
    ['of time: before the deadline', { deadline: 1_000 }, { ...nothing, now: 999 }, undefined],
    ['of time: at the deadline', { deadline: 1_000 }, { ...nothing, now: 1_000 }, deadline],
    ['of time: past the deadline', { deadline: 1_000 }, { ...nothing, now: 2_000 }, deadline],
    ['of time, before wall time and costs', { deadline: 1_000, wallMs: 1, costMicroUsd: 0 }, much, deadline],
    ['of wall time: below it', { wallMs: 1_500 }, { ...nothing, wallMs: 1_499 }, undefined],
    ['of wall time: at it', { wallMs: 1_500 }, { ...nothing, wallMs: 1_500 }, wall],
    ['of wall time: beyond it', { wallMs: 1_500 }, { ...nothing, wallMs: 2_000 }, 'Wall time used up: 2/1.5 s'],
    ['of wall time, before costs', { wallMs: 1_500, costMicroUsd: 0 }, { ...much, wallMs: 1_500 }, wall],
    ['of costs: below it', { costMicroUsd: 2_000_000 }, { ...nothing, costMicroUsd: 1_999_999 }, undefined],
    ['of costs: at it', { costMicroUsd: 10_000 }, { ...nothing, costMicroUsd: 10_000 }, 'Cost limit reached: 0.01/0.01 USD'],
    ['of small costs', { costMicroUsd: 5 }, { ...nothing, costMicroUsd: 1_250 }, 'Cost limit reached: 0.00125/0.000005 USD'],
    ['of costs between cents', { costMicroUsd: 99_999 }, { ...nothing, costMicroUsd: 100_000 }, 'Cost limit reached: 0.10/0.099999 USD'],
    ['of costs: beyond it', { costMicroUsd: 2_000_000 }, { ...nothing, costMicroUsd: 2_500_000 }, cost],
    ['of costs: nothing may be spent', { costMicroUsd: 0 }, nothing, 'Cost limit reached: 0.00/0.00 USD'],
  ])('%s', (_, budget, usage, limit) => {
    expect(exceededLimit(budget, usage)).toBe(limit);
  });

  it.each<readonly [string, Budget, string | undefined]>([
    ['none, however many attempts there were', { attempts: 1 }, undefined],
    ['the deadline', { deadline: 1_000, wallMs: 1_500, costMicroUsd: 2_000_000 }, deadline],
    ['the wall time', { wallMs: 1_500, costMicroUsd: 2_000_000 }, wall],
    ['the costs', { costMicroUsd: 2_000_000 }, cost],
  ])('at a start: %s', (_, budget, limit) => {
    expect(startLimit(budget, { costMicroUsd: 2_500_000, wallMs: 1_500, now: 1_000 })).toBe(limit);
  });

  it('on money alone', () => {
    expect(costExceeded({ attempts: 1, wallMs: 1, deadline: 1 }, 9)).toBeUndefined();
    expect(costExceeded({ costMicroUsd: 10 }, 9)).toBeUndefined();
    expect(costExceeded({ costMicroUsd: 2_000_000 }, 2_500_000)).toBe(cost);
  });

  it('on wall time alone', () => {
    expect(wallExceeded({ attempts: 1, costMicroUsd: 1, deadline: 1 }, 9)).toBeUndefined();
    expect(wallExceeded({ wallMs: 10 }, 9)).toBeUndefined();
    expect(wallExceeded({ wallMs: 1_500 }, 1_500)).toBe(wall);
  });

  it.each<readonly [string, boolean]>([
    [cost, true],
    [wall, false],
    [deadline, false],
    [attempts, false],
    ['The handler said: Cost limit reached', false],
  ])('«%s» is about costs: %s', (reason, isAboutCosts) => {
    expect(isCostLimit(reason)).toBe(isAboutCosts);
  });
});

describe('the time limit of an attempt', () => {
  const now = 10_000;
  const attempt = 'Attempt time limit reached: 300 ms';
  const task = 'Wall time of the task used up: 5 s';
  const job = 'Wall time of the job used up: 7.5 s';
  const deadline = 'Deadline reached: 1970-01-01T00:00:10.400Z';
  const all: Budget = { attemptMs: 300, wallMs: 5_000, deadline: 10_400 };

  it.each<readonly [string, { budget: Budget; wallMs: number }, { budget: Budget; wallMs: number }, AttemptLimit | undefined]>([
    ['none', { budget: { attempts: 1, costMicroUsd: 1 }, wallMs: 9 }, { budget: { attempts: 1 }, wallMs: 9 }, undefined],
    ['that of the attempt', { budget: { attemptMs: 300 }, wallMs: 9 }, { budget: {}, wallMs: 9 }, { ms: 300, reason: attempt }],
    ['what is left to the task', { budget: { wallMs: 5_000 }, wallMs: 4_800 }, { budget: {}, wallMs: 9 }, { ms: 200, reason: task }],
    ['what is left to the job', { budget: {}, wallMs: 9 }, { budget: { wallMs: 7_500 }, wallMs: 7_400 }, { ms: 100, reason: job }],
    ['until the deadline', { budget: { deadline: 10_400 }, wallMs: 9 }, { budget: {}, wallMs: 9 }, { ms: 400, reason: deadline }],
    [
      'what the job has of attempts and deadlines its tasks have inherited',
      { budget: {}, wallMs: 0 },
      { budget: { attemptMs: 300, deadline: 10_400 }, wallMs: 0 },
      undefined,
    ],
    ['of all the nearest: the attempt', { budget: all, wallMs: 0 }, { budget: { wallMs: 7_500 }, wallMs: 0 }, { ms: 300, reason: attempt }],
    ['of all the nearest: the task', { budget: all, wallMs: 4_750 }, { budget: { wallMs: 7_500 }, wallMs: 0 }, { ms: 250, reason: task }],
    ['of all the nearest: the job', { budget: all, wallMs: 4_750 }, { budget: { wallMs: 7_500 }, wallMs: 7_300 }, { ms: 200, reason: job }],
    [
      'of all the nearest: the deadline',
      { budget: { ...all, attemptMs: 900 }, wallMs: 0 },
      { budget: { wallMs: 7_500 }, wallMs: 0 },
      { ms: 400, reason: deadline },
    ],
  ])('%s', (_, ofTask, ofJob, limit) => {
    expect(attemptLimit(ofTask, ofJob, now)).toStrictEqual(limit);
  });
});
