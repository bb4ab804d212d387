import { describe, expect, it } from 'vitest';
import { defaultDecider } from './decision.ts';
import type { Decision, DecisionInput } from './decision.ts';
import type { AttemptEnd, Decomposition, ErrorCause, Need } from './outcome.ts';
import type { RetryPolicy } from './retry.ts';

const failure = { kind: 'failure', reason: 'no' } as const;
const error = (cause: ErrorCause): AttemptEnd => ({ kind: 'error', cause, reason: 'x' });
const decomposition: Decomposition = { join: 'resume', children: [{ type: 't', key: 'k', payload: 0 }] };
const need: Need = { signal: 'approval', from: 'person', question: 'Go on?' };

/** What differs from a task that has failed once, without limits, of a job without limits. */
interface Facts {
  readonly task?: Partial<DecisionInput['task']>;
  readonly job?: Partial<DecisionInput['job']>;
}

const input = (end: AttemptEnd, { task, job }: Facts = {}): DecisionInput => ({
  task: {
    key: 'a',
    type: 'test',
    payload: { schemaVersion: 1, value: 'old' },
    failures: 1,
    leasesLost: 0,
    crashes: 0,
    repairs: 0,
    costMicroUsd: 0,
    wallMs: 0,
    budget: {},
    spends: false,
    ...task,
  },
  job: { costMicroUsd: 0, wallMs: 0, budget: {}, ...job },
  end,
  now: 1_000,
  random: 0.5,
});
const decide = (end: AttemptEnd, facts?: Facts, retry?: RetryPolicy): Decision => defaultDecider(retry).decide(input(end, facts));

const retry = (delayMs: number, reason: string): Decision => ({ kind: 'retry', delayMs, reason });
const dead = (reason: string): Decision => ({ kind: 'markDead', reason });
const children: Decision = { kind: 'decompose', decomposition, reason: 'Handler proposed decomposition' };
const wait: Decision = { kind: 'await', need, reason: 'ask' };
const second = retry(2_000, 'Retry attempt 2/5 after 2s');

/** Every limit at its figure at once, and the fifth crash. */
const exhausted: Facts = {
  task: { failures: 5, crashes: 5, wallMs: 9, spends: true, budget: { deadline: 1, wallMs: 1, costMicroUsd: 0 } },
  job: { wallMs: 9, budget: { wallMs: 1, costMicroUsd: 0 } },
};

describe('the default decider', () => {
  it('is kept with its decisions under its name', () => {
    expect(defaultDecider().name).toBe('default');
  });

  it.each<readonly [string, AttemptEnd, Facts, Decision]>([
    ['children that came with a success', { kind: 'success', decomposition }, {}, children],
    ['children before a used-up budget', { ...failure, decomposition }, exhausted, children],
    ['children before a hint', { ...failure, decomposition, retryHint: 'never' }, {}, children],
    ['children that were not proposed after all', { ...failure, decomposition: undefined as never }, {}, second],
    ['a wait', { kind: 'blocked', reason: 'ask', need }, {}, wait],
    ['a wait before a used-up budget', { kind: 'blocked', reason: 'ask', need }, exhausted, wait],
    ['the used-up budget before a crash', error('process-died'), exhausted, dead('Max attempts reached: 5/5')],
    ['the used-up budget before a hint', { ...failure, retryHint: 'never' }, exhausted, dead('Max attempts reached: 5/5')],
    ['the used-up budget before an alternative', { ...failure, alternatives: ['b'] }, exhausted, dead('Max attempts reached: 5/5')],
    ['no further attempt', { ...failure, retryHint: 'never' }, {}, dead('Handler asked for no further attempt')],
    [
      'no further attempt before an alternative',
      { ...failure, retryHint: 'never', alternatives: ['b'] },
      {},
      dead('Handler asked for no further attempt'),
    ],
    [
      'the best alternative',
      { ...failure, alternatives: ['b', 'c'] },
      {},
      { kind: 'switch', payload: 'b', delayMs: 2_000, reason: 'Switch to the proposed alternative, attempt 2/5 after 2s' },
    ],
    [
      'an alternative after the proposed delay',
      { ...failure, alternatives: [0], retryHint: { delayMs: 250 } },
      { task: { budget: { attempts: 3 } } },
      { kind: 'switch', payload: 0, delayMs: 250, reason: 'Switch to the proposed alternative, attempt 2/3 after 0.25s' },
    ],
    ['another attempt', failure, {}, second],
    ['another attempt when there is no alternative', { ...failure, alternatives: [] }, {}, second],
    [
      'another attempt after the proposed delay',
      { ...failure, retryHint: { delayMs: 1_500 } },
      {},
      retry(1_500, 'Retry attempt 2/5 after 1.5s'),
    ],
    ['another attempt at once', { ...failure, retryHint: { delayMs: 0 } }, {}, retry(0, 'Retry attempt 2/5 after 0s')],
    ['another attempt of what could not be executed', error('thrown'), {}, second],
  ])('decides for %s', (_, end, facts, decision) => {
    expect(decide(end, facts)).toStrictEqual(decision);
  });

  it.each([
    [1, second],
    [2, retry(4_000, 'Retry attempt 3/5 after 4s')],
    [3, retry(8_000, 'Retry attempt 4/5 after 8s')],
    [4, retry(16_000, 'Retry attempt 5/5 after 16s')],
    [5, dead('Max attempts reached: 5/5')],
  ])('retries with growing waits, five attempts in all: after %i', (failures, decision) => {
    expect(decide(failure, { task: { failures } })).toStrictEqual(decision);
  });

  it('waits as its policy says', () => {
    const policy: RetryPolicy = { baseMs: 100, factor: 10, capMs: 100_000, jitter: 'full' };
    expect(decide(failure, { task: { failures: 2 } }, policy)).toStrictEqual(retry(500, 'Retry attempt 3/5 after 0.5s'));
    expect(decide(error('process-died'), { task: { failures: 0, crashes: 3 } }, policy)).toStrictEqual(
      retry(500, 'Its process died (3/5 in a row); tried again after 0.5s'),
    );
  });

  it.each<readonly [string, AttemptEnd, number, number, Decision]>([
    ['does not wait after the first', error('lease-lost'), 0, 1, retry(0, 'Retry attempt 2/5 after 0s')],
    ['nor when something had failed before', error('lease-lost'), 2, 1, retry(0, 'Retry attempt 4/5 after 0s')],
    ['waits after the second', error('lease-lost'), 0, 2, retry(4_000, 'Retry attempt 3/5 after 4s')],
    ['waits after a failure that follows one', failure, 1, 1, retry(4_000, 'Retry attempt 3/5 after 4s')],
    ['waits after another error that follows one', error('thrown'), 1, 1, retry(4_000, 'Retry attempt 3/5 after 4s')],
    ['counts them with the failures', error('lease-lost'), 3, 2, dead('Max attempts reached: 5/5')],
  ])('%s, of leases that ran out', (_, end, failures, leasesLost, decision) => {
    expect(decide(end, { task: { failures, leasesLost } })).toStrictEqual(decision);
  });

  it.each([
    [1, retry(0, 'Its process died (1/5 in a row); tried again after 0s')],
    [2, retry(2_000, 'Its process died (2/5 in a row); tried again after 2s')],
    [3, retry(4_000, 'Its process died (3/5 in a row); tried again after 4s')],
    [4, retry(8_000, 'Its process died (4/5 in a row); tried again after 8s')],
    [5, dead('Its process died 5 times in a row while it was executed, which may be its own doing: it is not tried again')],
    [6, dead('Its process died 6 times in a row while it was executed, which may be its own doing: it is not tried again')],
  ])('tries a task whose process died again, apart from its attempts, until five have died in a row: %i', (crashes, decision) => {
    expect(decide(error('process-died'), { task: { failures: 0, crashes, budget: { attempts: 1 } } })).toStrictEqual(decision);
  });

  it.each<readonly [string, Facts, Decision]>([
    ['its attempts, before its time', { task: { budget: { attempts: 1, deadline: 1 } } }, dead('Max attempts reached: 1/1')],
    [
      'its deadline, before its wall time',
      { task: { budget: { deadline: 1_000, wallMs: 1 }, wallMs: 1 } },
      dead('Deadline reached: 1970-01-01T00:00:01.000Z'),
    ],
    ['not a deadline to come', { task: { budget: { deadline: 1_001 } } }, second],
    [
      'its wall time, before its money',
      { task: { budget: { wallMs: 3_000, costMicroUsd: 0 }, wallMs: 3_500 } },
      dead('Wall time used up: 3.5/3 s'),
    ],
    [
      "its money, before its job's wall time",
      { task: { budget: { costMicroUsd: 2_000_000 }, costMicroUsd: 2_500_000 }, job: { budget: { wallMs: 1 }, wallMs: 1 } },
      dead('Cost limit reached: 2.50/2.00 USD'),
    ],
    [
      "its job's wall time, before its job's money",
      { task: { spends: true }, job: { budget: { wallMs: 6_000, costMicroUsd: 0 }, wallMs: 6_000 } },
      dead('Wall time used up: 6/6 s'),
    ],
    [
      "its job's money",
      { task: { spends: true }, job: { budget: { costMicroUsd: 5_000_000 }, costMicroUsd: 5_000_000 } },
      dead('Cost limit reached: 5.00/5.00 USD'),
    ],
    ["not its job's money if it spends none", { job: { budget: { costMicroUsd: 5_000_000 }, costMicroUsd: 5_000_000 } }, second],
    [
      "not its job's attempts and deadline, which it has inherited where they hold",
      { task: { spends: true }, job: { budget: { attempts: 1, deadline: 1 } } },
      second,
    ],
  ])('says which limit bit, and at what figure: %s', (_, facts, decision) => {
    expect(decide(failure, facts)).toStrictEqual(decision);
  });

  it('lets a limit end a task whose process died', () => {
    expect(decide(error('process-died'), { task: { failures: 0, crashes: 1, budget: { deadline: 1_000 } } })).toStrictEqual(
      dead('Deadline reached: 1970-01-01T00:00:01.000Z'),
    );
  });
});
