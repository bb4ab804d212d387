import { expect, it } from 'vitest';
import { choiceFacts, runFacts, worldFacts } from '../../../test/support/run-facts.ts';
import type { CountedRun } from './counted-run.ts';
import type { RunFacts } from './run-facts.ts';
import { suggestSettings } from './suggestions.ts';

const settings = { 'gates.reviewPass': 80, 'gates.askAbove': 7, 'choice.sureFrom': 0.45, 'worlds.timeoutMinutes': 30 } as const;
const known = (facts: RunFacts, kind: 'right' | 'wrong'): CountedRun => ({
  repository: '/shop',
  facts,
  later: undefined,
  outcome: { kind, because: kind === 'right' ? 'merged' : 'rejected' },
});
const runs = (count: number, kind: 'right' | 'wrong', said: Partial<RunFacts>): readonly CountedRun[] =>
  Array.from({ length: count }, () => known(runFacts(said), kind));
const of = (list: readonly CountedRun[], setting: string) => suggestSettings(list, settings).find((each) => each.setting === setting);
const reviewed = (score: number): Partial<RunFacts> => ({ review: { score, sentBack: 0, person: null } });

it('proposes nothing while little is known, and says how much is needed', () => {
  const kinds = suggestSettings([], settings).map(({ setting, kind }) => [setting, kind]);
  expect(kinds).toEqual([
    ['gates.reviewPass', 'too-few'],
    ['gates.reviewAsk', 'not-known'],
    ['gates.askAbove', 'too-few'],
    ['choice.sureFrom', 'too-few'],
    ['worlds.timeoutMinutes', 'too-few'],
    ['early.sameError', 'not-known'],
  ]);
  expect(of(runs(39, 'right', reviewed(90)), 'gates.reviewPass')).toMatchObject({ kind: 'too-few', known: 39, needed: 40 });
});

it('lets a review pass from lower on where what people were asked about was right all the same', () => {
  const list = [...runs(60, 'right', reviewed(92)), ...runs(40, 'right', reviewed(72)), ...runs(10, 'wrong', reviewed(65))];
  expect(of(list, 'gates.reviewPass')).toEqual({
    setting: 'gates.reviewPass',
    decides: 'the review score from which a branch goes on by itself',
    kind: 'change',
    from: 80,
    to: 72,
    known: 110,
    share: { part: 100, of: 100 },
    bounds: { low: expect.closeTo(0.963, 3) as number, high: 1 },
    difference: '40 more branches would have gone by themselves, 40 of them right and 0 wrong.',
    command: 'miyabi config set gates.reviewPass 72',
  });
});

it('asks people about more plans where those of some complexity are changed or refused', () => {
  const analysed = (complexity: number, plan: RunFacts['plan']): Partial<RunFacts> => ({
    analysis: { type: 'feature', complexity, priority: 'P2-Medium' },
    plan,
  });
  const list = [
    ...runs(80, 'right', analysed(3, null)),
    ...runs(12, 'wrong', analysed(6, null)),
    ...runs(4, 'right', analysed(8, 'changed')),
  ];
  expect(of(list, 'gates.askAbove')).toMatchObject({
    kind: 'change',
    from: 7,
    to: 3,
    difference: '12 more plans would have waited for a person, 0 of them right and 12 wrong.',
    command: 'miyabi config set gates.askAbove 3',
  });
});

it('takes a yes to a plan for more than what became of the run', () => {
  const asked = { analysis: { type: 'feature', complexity: 9, priority: 'P2-Medium' }, plan: 'approve' } as const;
  expect(of(runs(60, 'wrong', asked), 'gates.askAbove')).toMatchObject({ kind: 'change', to: 9 });
});

it('looks at the confidence of runs with one choice alone', () => {
  const chosen = (confidence: number) => ({ choices: [choiceFacts({ confidence })] });
  const several = { choices: [choiceFacts({ confidence: 0.2 }), choiceFacts({ planTask: 'task-2', confidence: 0.2 })] };
  const list = [...runs(60, 'right', chosen(0.7)), ...runs(20, 'wrong', chosen(0.5)), ...runs(50, 'wrong', several)];
  expect(of(list, 'choice.sureFrom')).toMatchObject({ kind: 'change', from: 0.45, to: 0.7, known: 80 });
});

it('keeps what holds, and says where nothing does', () => {
  expect(of(runs(60, 'right', reviewed(90)), 'gates.reviewPass')).toMatchObject({ kind: 'keep', at: 80, share: { part: 60, of: 60 } });
  const mixed = [...runs(30, 'right', reviewed(90)), ...runs(30, 'wrong', reviewed(90))];
  expect(of(mixed, 'gates.reviewPass')).toMatchObject({ kind: 'not-known' });
});

it('gives worlds less time where winners need far less, and never less than a winner took', () => {
  const worlds = [worldFacts({ chosen: true, ms: 4 * 60_000 }), worldFacts({ status: 'timeout', ms: 30 * 60_000 })];
  expect(of(runs(50, 'right', { worlds }), 'worlds.timeoutMinutes')).toMatchObject({
    kind: 'change',
    from: 30,
    to: 6,
    difference: 'No winner would have been ended; 50 worlds that were given up would have been 24 min earlier.',
  });
  const slow = [worldFacts({ chosen: true, ms: 15 * 60_000 })];
  expect(of(runs(50, 'right', { worlds: slow }), 'worlds.timeoutMinutes')).toMatchObject({ kind: 'keep', at: 30 });
});
