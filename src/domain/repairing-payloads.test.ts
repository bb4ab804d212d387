import { expect, it } from 'vitest';
import type { Decider, Decision, DecisionInput } from './decision.ts';
import type { AttemptEnd } from './outcome.ts';
import { repairingPayloads } from './repairing-payloads.ts';

const input = (end: AttemptEnd, repairs: number): DecisionInput => ({
  task: {
    key: 'a',
    type: 'test',
    payload: { schemaVersion: 1, value: 'broken' },
    failures: 1,
    leasesLost: 0,
    crashes: 0,
    repairs,
    costMicroUsd: 0,
    wallMs: 0,
    budget: {},
    spends: false,
  },
  job: { costMicroUsd: 0, wallMs: 0, budget: {} },
  end,
  now: 1_000,
  random: 0.5,
});
const undecodable: AttemptEnd = { kind: 'error', cause: 'payload', reason: 'not a number' };
/** Says what it was asked. */
const plain: Decider = {
  name: 'plain',
  decide: ({ end, task }) => ({ kind: 'markDead', reason: `plain: ${end.kind} of ${task.key} after ${task.repairs}` }),
};
const repairer = ({ task }: DecisionInput) => ({ type: 'mend', key: `mend ${task.key}`, payload: task.payload.value });
const mending = { kind: 'repair', task: { type: 'mend', key: 'mend a', payload: 'broken' } } as const;

const withRepairs = repairingPayloads(plain, { maxRepairs: 2, repairer });
const withoutRepairer = repairingPayloads(plain, { maxRepairs: 2, repairer: () => undefined });

it('is named after the decider that it leaves the rest to', () => {
  expect(withRepairs.name).toBe('plain, repairing payloads');
});

it.each<readonly [string, Decider, DecisionInput, Decision]>([
  ['an undecodable payload is repaired', withRepairs, input(undecodable, 0), { ...mending, reason: 'Repair 1/2 of its payload' }],
  ['and once more', withRepairs, input(undecodable, 1), { ...mending, reason: 'Repair 2/2 of its payload' }],
  ['but no more often', withRepairs, input(undecodable, 2), { kind: 'markDead', reason: 'Max repairs reached: 2/2' }],
  [
    'a payload that cannot be repaired is left to the decider',
    withoutRepairer,
    input(undecodable, 2),
    { kind: 'markDead', reason: 'plain: error of a after 2' },
  ],
  [
    'so is another error',
    withRepairs,
    input({ kind: 'error', cause: 'thrown', reason: 'no' }, 0),
    { kind: 'markDead', reason: 'plain: error of a after 0' },
  ],
  [
    'so is a failure',
    withRepairs,
    input({ kind: 'failure', reason: 'no' }, 0),
    { kind: 'markDead', reason: 'plain: failure of a after 0' },
  ],
])('%s', (_, decider, asked, decision) => {
  expect(decider.decide(asked)).toStrictEqual(decision);
});
