import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DeploymentTerms, DeployStep, NextStep, StepOutcome } from './deployment-flow.ts';
import { deploySteps, nextStep, noProgress } from './deployment-flow.ts';
import type { Verdict, WatchRule } from './deployment.ts';
import { watchRules } from './deployment.ts';

const usual: DeploymentTerms = { rollback: false, expand: false, contract: false, good: true };
const done: StepOutcome = { kind: 'done' };
const refused: StepOutcome = { kind: 'refused', reason: 'it will not' };
const givenUp: StepOutcome = { kind: 'given-up', reason: 'nobody wanted it' };
const lost: StepOutcome = { kind: 'lost', reason: 'somebody else came' };

function bad(rule: WatchRule): StepOutcome {
  const verdict: Verdict = { rule, reason: `bad by ${rule}`, evidence: [], inconclusive: rule === 'no-data', at: 1 };
  return { kind: 'bad', verdict };
}

/** The steps that are taken while every step comes to `outcomes`, `done` where none is named. */
function walk(terms: DeploymentTerms, outcomes: (step: DeployStep, index: number) => StepOutcome = () => done) {
  const steps: DeployStep[] = [];
  let next: NextStep = { step: 'open', progress: noProgress };
  while (next.step !== 'end') {
    steps.push(next.step);
    if (steps.length > 50) throw new Error(`it never ends: ${steps.join(' ')}`);
    next = nextStep(next.step, outcomes(next.step, steps.length - 1), terms, next.progress);
  }
  return { steps, end: next.progress.end, verdict: next.progress.verdict };
}

function at(outcomes: Partial<Record<DeployStep, StepOutcome>>): (step: DeployStep) => StepOutcome {
  return (step) => outcomes[step] ?? (step === 'start' ? { kind: 'done', beside: true } : done);
}

it('goes from the environment that is taken to a release that has proven itself', () => {
  const whole = walk({ ...usual, expand: true, contract: true }, at({}));
  expect(whole.steps).toEqual([
    'open',
    'place',
    'expand',
    'start',
    'verify-beside',
    'baseline',
    'serve',
    'verify-serving',
    'watch',
    'contract',
    'finish',
  ]);
  expect(whole.end).toEqual({ state: 'live', reason: null });
  expect(walk(usual).steps).toEqual(['open', 'place', 'start', 'baseline', 'serve', 'verify-serving', 'watch', 'finish']);
});

it('puts back what a person asks for without hooks, without comparing, and without a watch', () => {
  const terms = { ...usual, rollback: true, expand: true, contract: true };
  expect(walk(terms, at({}))).toMatchObject({
    steps: ['open', 'place', 'start', 'verify-beside', 'serve', 'verify-serving', 'finish'],
    end: { state: 'live' },
  });
  expect(walk(terms).steps).toEqual(['open', 'place', 'start', 'serve', 'verify-serving', 'finish']);
  expect(walk(terms, at({ 'verify-serving': bad('health') }))).toMatchObject({
    steps: ['open', 'place', 'start', 'verify-beside', 'serve', 'verify-serving', 'finish'],
    end: { state: 'broken', reason: 'bad by health; it was itself put back by a person' },
  });
});

it.each([
  ['open', refused, 'refused', ['open']],
  ['open', givenUp, 'abandoned', ['open']],
  ['open', lost, 'abandoned', ['open']],
  ['place', refused, 'refused', ['open', 'place', 'finish']],
  ['place', lost, 'abandoned', ['open', 'place', 'finish']],
  ['expand', bad('hook'), 'refused', ['open', 'place', 'expand', 'finish']],
  ['start', givenUp, 'abandoned', ['open', 'place', 'expand', 'start', 'finish']],
  ['verify-beside', bad('wrong-version'), 'refused', ['open', 'place', 'expand', 'start', 'verify-beside', 'finish']],
  ['baseline', givenUp, 'abandoned', ['open', 'place', 'expand', 'start', 'verify-beside', 'baseline', 'finish']],
] as const)('switches nothing where %s ends with %o', (step, outcome, state, steps) => {
  const ended = walk({ ...usual, expand: true }, at({ [step]: outcome }));
  expect(ended.steps).toEqual(steps);
  expect(ended.end?.state).toBe(state);
});

it.each(['serve', 'verify-serving', 'watch'] as const)('goes back where %s does not come to its good end', (step) => {
  for (const trouble of [bad('errors'), refused, givenUp]) {
    const ended = walk(usual, at({ [step]: trouble }));
    expect(ended.steps.slice(-3)).toEqual(['serve-back', 'verify-back', 'finish']);
    expect(ended.end?.state).toBe('rolled-back');
    expect(ended.verdict === null).toBe(trouble.kind !== 'bad');
  }
  expect(walk(usual, at({ [step]: lost })).end).toEqual({ state: 'abandoned', reason: 'somebody else came' });
  expect(walk({ ...usual, good: false }, at({ [step]: bad('health') })).end).toEqual({
    state: 'broken',
    reason: 'bad by health; there is no good release to go back to',
  });
});

it('keeps a release whose contract hook fails: it has proven itself', () => {
  const ended = walk({ ...usual, contract: true }, at({ contract: bad('hook') }));
  expect(ended).toMatchObject({ end: { state: 'live', reason: 'bad by hook' }, verdict: { rule: 'hook' } });
});

it('leaves traffic with the better of two bad releases, and goes back once', () => {
  const neither = walk(usual, at({ watch: bad('health'), 'verify-back': bad('health') }));
  expect(neither.steps.slice(-3)).toEqual(['serve-back', 'verify-back', 'finish']);
  expect(neither).toMatchObject({
    end: { state: 'broken', reason: 'bad by health; and the release that was put back is not good either: bad by health' },
    verdict: { rule: 'health' },
  });
  const better = walk(usual, at({ watch: bad('latency'), 'verify-back': bad('crash-loop') }));
  expect(better.steps.slice(-4)).toEqual(['serve-back', 'verify-back', 'serve-better', 'finish']);
  expect(better).toMatchObject({ end: { state: 'broken' }, verdict: { rule: 'latency' } });
  expect(walk(usual, at({ watch: bad('latency'), 'verify-back': bad('smoke') })).steps.slice(-2)).toEqual(['verify-back', 'finish']);
  expect(walk(usual, at({ watch: givenUp, 'verify-back': givenUp })).end?.state).toBe('broken');
  expect(walk(usual, at({ watch: bad('health'), 'serve-back': refused })).end).toEqual({
    state: 'broken',
    reason: 'bad by health; and it will not',
  });
  const failing = walk(usual, at({ watch: bad('errors'), 'verify-back': bad('health'), 'serve-better': refused }));
  expect(failing.end?.state).toBe('broken');
});

const outcome = fc.oneof(
  fc.record({ kind: fc.constant('done' as const), beside: fc.boolean() }),
  fc.constantFrom(...watchRules).map(bad),
  fc.constantFrom(refused, givenUp, lost),
);
const terms = fc.record({ rollback: fc.boolean(), expand: fc.boolean(), contract: fc.boolean(), good: fc.boolean() });

it('ends whatever its steps come to, goes back once at most, and keeps nothing that has not proven itself', () => {
  fc.assert(
    fc.property(terms, fc.array(outcome, { minLength: 30, maxLength: 30 }), (given, outcomes) => {
      const came = new Map<DeployStep, StepOutcome>();
      const { steps, end } = walk(given, (step, index) => {
        const one = outcomes[index] ?? done;
        came.set(step, one);
        return one;
      });
      expect(end).not.toBeNull();
      expect(new Set(steps).size, 'no step is taken twice').toBe(steps.length);
      expect(steps.every((step) => deploySteps.includes(step))).toBe(true);
      const isDone = (step: DeployStep): boolean => came.get(step)?.kind === 'done';
      const follows = (first: boolean, then: boolean): void => expect(!first || then).toBe(true);
      follows(end?.state === 'live', isDone(given.rollback ? 'verify-serving' : 'watch'));
      follows(end?.state === 'rolled-back', isDone('serve-back') && isDone('verify-back') && given.good && !given.rollback);
      follows(end?.state === 'refused', !steps.includes('serve'));
      follows(isDone('open'), steps.at(-1) === 'finish');
    }),
    { numRuns: 2_000 },
  );
});
