import { expect, it } from 'vitest';
import type { LaterFacts } from './known-outcome.ts';
import { compareWithPlain, knownOutcome } from './known-outcome.ts';

const choice = { planTask: 'task-1', winner: 'beta', plainWinner: 'alpha', decidedBy: 'examination', confidence: 0.6, candidates: 3 };
const facts = { review: null, mergedBy: null, choices: [choice] };
const nothing: LaterFacts = { fate: undefined, taken: [], deployed: undefined };
const pick = (world: string): LaterFacts => ({ ...nothing, fate: 'handed-over', taken: [{ planTask: 'task-1', world, kind: 'pick' }] });

it('does not call right what was only handed over, or passed its checks', () => {
  for (const fate of ['handed-over', 'ci-passed', 'ci-failed', undefined] as const)
    expect(knownOutcome(facts, { ...nothing, fate })).toEqual({ kind: 'unknown' });
  expect(knownOutcome(facts, undefined)).toEqual({ kind: 'unknown' });
});

it('calls right what was merged or serves, unless it was taken back', () => {
  expect(knownOutcome(facts, { ...nothing, fate: 'merged' })).toEqual({ kind: 'right', because: 'merged' });
  expect(knownOutcome(facts, { ...nothing, fate: 'merged', deployed: 'live' })).toEqual({ kind: 'right', because: 'live' });
  for (const deployed of ['rolled-back', 'broken', 'refused'] as const)
    expect(knownOutcome(facts, { ...nothing, fate: 'merged', deployed })).toEqual({ kind: 'wrong', because: 'taken-back' });
  expect(knownOutcome(facts, { ...nothing, fate: 'reverted' })).toEqual({ kind: 'wrong', because: 'reverted' });
});

it('takes the word of people: another world, a no, a mending', () => {
  expect(knownOutcome(facts, pick('alpha'))).toEqual({ kind: 'wrong', because: 'picked-otherwise' });
  expect(knownOutcome(facts, { ...nothing, fate: 'rejected' })).toEqual({ kind: 'wrong', because: 'rejected' });
  const review = { score: 70, sentBack: 0, person: 'fix' } as const;
  expect(knownOutcome({ ...facts, review }, { ...nothing, fate: 'merged' })).toEqual({ kind: 'wrong', because: 'mended' });
});

it('does not count against a run that its own winner was handed over once more', () => {
  expect(knownOutcome(facts, { ...pick('beta'), fate: 'merged' })).toEqual({ kind: 'right', because: 'merged' });
});

it('says who was right where the choice and the plain score differ', () => {
  const compared = (later: LaterFacts) => compareWithPlain(choice, knownOutcome(facts, later), later);
  expect(compared({ ...nothing, fate: 'merged' })).toEqual({ kind: 'differs', right: 'choice' });
  expect(compared(pick('beta'))).toEqual({ kind: 'differs', right: 'choice' });
  expect(compared(pick('alpha'))).toEqual({ kind: 'differs', right: 'plain' });
  expect(compared(pick('gamma'))).toEqual({ kind: 'differs', right: 'neither' });
  expect(compared({ ...nothing, deployed: 'rolled-back' })).toEqual({ kind: 'differs', right: 'unknown' });
});

it('compares nothing where it is not known, or the same', () => {
  expect(compareWithPlain({ ...choice, plainWinner: null }, { kind: 'unknown' }, undefined)).toBeUndefined();
  expect(compareWithPlain({ ...choice, plainWinner: 'beta' }, { kind: 'unknown' }, undefined)).toEqual({ kind: 'same' });
});
