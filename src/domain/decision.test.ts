import { describe, expect, it } from 'vitest';
import { defaultDecider } from './decision.ts';
import type { DecisionInput } from './decision.ts';
import type { Budget } from './job.ts';
import type { AttemptEnd } from './outcome.ts';

const failure: AttemptEnd = { kind: 'failure', reason: 'no' };
const decomposition = { join: 'resume', children: [{ type: 't', key: 'k', payload: 0 }] } as const;
const need = { signal: 'approval', from: 'person', question: 'Go on?' } as const;

interface Facts {
  readonly failures?: number;
  readonly leasesLost?: number;
  readonly crashes?: number;
  readonly cost?: number;
  readonly budget?: Budget;
  readonly job?: DecisionInput['job'];
  readonly now?: number;
  readonly spends?: boolean;
}

function decide(end: AttemptEnd, facts: Facts = {}) {
  const task = {
    key: 'a',
    type: 't',
    failures: facts.failures ?? 1,
    leasesLost: facts.leasesLost ?? 0,
    crashes: facts.crashes ?? 0,
    costMicroUsd: facts.cost ?? 0,
    budget: facts.budget ?? {},
    spends: facts.spends ?? false,
  };
  return defaultDecider().decide({ task, job: facts.job ?? { costMicroUsd: 0, budget: {} }, end, now: facts.now ?? 1_000, random: 0.5 });
}

describe('the default decider', () => {
  it('retries with growing waits, five attempts in all', () => {
    const waits = [1, 2, 3, 4].map((failures) => decide(failure, { failures }));
    expect(waits.map((decision) => decision.reason)).toEqual([
      'Retry attempt 2/5 after 2s',
      'Retry attempt 3/5 after 4s',
      'Retry attempt 4/5 after 8s',
      'Retry attempt 5/5 after 16s',
    ]);
    expect(waits[0]).toMatchObject({ kind: 'retry', delayMs: 2_000 });
    expect(decide(failure, { failures: 5 })).toEqual({ kind: 'markDead', reason: 'Max attempts reached: 5/5' });
  });

  it('puts proposed children before everything, also before a used-up budget', () => {
    const proposed = { kind: 'decompose', decomposition, reason: 'Handler proposed decomposition' };
    expect(decide({ kind: 'success', decomposition })).toEqual(proposed);
    expect(decide({ kind: 'failure', reason: 'no', decomposition }, { failures: 5 })).toEqual(proposed);
  });

  it('awaits an answer even when the attempts are used up', () => {
    expect(decide({ kind: 'blocked', reason: 'ask', need }, { failures: 5 })).toEqual({ kind: 'await', need, reason: 'ask' });
  });

  it('counts lost leases with the failures, and does not wait after the first', () => {
    const lost: AttemptEnd = { kind: 'error', cause: 'lease-lost', reason: 'died' };
    expect(decide(lost, { failures: 0, leasesLost: 1 })).toMatchObject({ delayMs: 0, reason: 'Retry attempt 2/5 after 0s' });
    expect(decide(lost, { failures: 0, leasesLost: 2 })).toMatchObject({ delayMs: 4_000 });
    expect(decide(lost, { failures: 3, leasesLost: 2 })).toMatchObject({ kind: 'markDead' });
    expect(decide(failure, { failures: 1, leasesLost: 1 })).toMatchObject({ delayMs: 4_000 });
  });

  it('tries a task whose process died again, apart from its attempts, until five have died in a row', () => {
    const died: AttemptEnd = { kind: 'error', cause: 'process-died', reason: 'died' };
    const crash = (crashes: number) => decide(died, { failures: 0, crashes, budget: { attempts: 1 } });
    expect([1, 2, 3, 4].map((crashes) => crash(crashes).reason)).toEqual([
      'Its process died (1/5 in a row); tried again after 0s',
      'Its process died (2/5 in a row); tried again after 2s',
      'Its process died (3/5 in a row); tried again after 4s',
      'Its process died (4/5 in a row); tried again after 8s',
    ]);
    expect(crash(5)).toEqual({
      kind: 'markDead',
      reason: 'Its process died 5 times in a row while it was executed, which may be its own doing: it is not tried again',
    });
    expect(decide(died, { failures: 0, crashes: 1, budget: { deadline: 1_000 } })).toMatchObject({ kind: 'markDead' });
  });

  it('obeys the hint of the handler', () => {
    expect(decide({ ...failure, retryHint: { delayMs: 1_500 } })).toEqual({
      kind: 'retry',
      delayMs: 1_500,
      reason: 'Retry attempt 2/5 after 1.5s',
    });
    expect(decide({ ...failure, retryHint: 'never' })).toEqual({ kind: 'markDead', reason: 'Handler asked for no further attempt' });
    expect(decide({ ...failure, retryHint: 'never' }, { failures: 5 })).toMatchObject({ reason: 'Max attempts reached: 5/5' });
  });

  it('says which limit bit, and at what figure', () => {
    expect(decide(failure, { budget: { deadline: 1_000 } })).toMatchObject({ reason: 'Deadline reached: 1970-01-01T00:00:01.000Z' });
    expect(decide(failure, { budget: { deadline: 1_001 } })).toMatchObject({ kind: 'retry' });
    expect(decide(failure, { budget: { costMicroUsd: 2_000_000 }, cost: 2_500_000 })).toMatchObject({
      reason: 'Cost limit reached: 2.50/2.00 USD',
    });
    const job = { costMicroUsd: 5_000_000, budget: { costMicroUsd: 5_000_000 } };
    expect(decide(failure, { job, spends: true })).toMatchObject({ kind: 'markDead', reason: 'Cost limit reached: 5.00/5.00 USD' });
    expect(decide(failure, { job, spends: false })).toMatchObject({ kind: 'retry' });
    expect(decide(failure, { budget: { attempts: 1 } })).toMatchObject({ reason: 'Max attempts reached: 1/1' });
  });
});
