import { expect, it } from 'vitest';
import { earlyEnds, evidenceWords, goalWords, groupingOf, minutes, percent, points, shownCost, valueWords } from './words.ts';

const row = {
  name: 'repair: bold',
  tries: 2,
  succeeded: 1,
  meanScore: 90,
  costUsd: 0.5,
  unknownPrices: 0,
  medianMinutes: 1,
  p90Minutes: 2,
  calls: 4,
  cachedCalls: 1,
  early: {},
  wins: 1,
};
const goal = { name: 'an issue, on average', side: 'below', bound: 30, unit: 'min' } as const;

it('what an address says of rows is taken where it is known', () => {
  expect([groupingOf('model'), groupingOf('nonsense'), groupingOf(undefined)]).toEqual(['model', 'world', 'world']);
});

it('what is not known is a dash, and no zero', () => {
  expect([percent(0, 0), minutes(null), points(null), earlyEnds({})]).toEqual(['–', '–', '–', '–']);
  expect([percent(1, 3), minutes(0), points(91.25)]).toEqual(['33 %', '0.0 min', '91.3']);
  const measured = { verdict: 'not-measured', why: 'No model was asked.' } as const;
  expect(valueWords({ ...goal, measured })).toBe('–');
});

it('a figure stands in the unit of its goal', () => {
  expect(goalWords({ ...goal, measured: { verdict: 'met', value: 3.7, of: '1 run' } })).toBe('below 30 min');
  expect(valueWords({ ...goal, measured: { verdict: 'met', value: 3.714, of: '1 run' } })).toBe('3.71 min');
  expect(valueWords({ ...goal, measured: { verdict: 'missed', value: 45.67, of: '1 run' } })).toBe('45.7 min');
});

it('costs of which the price is not known are at most that', () => {
  expect(shownCost(row)).toBe('$0.5000');
  expect(shownCost({ ...row, unknownPrices: 1 })).toBe('at most $0.5000');
});

it('early ends are told by their rules', () => {
  expect(earlyEnds({ 'same-error': 2, cost: 1 })).toBe('2 same error, 1 cost');
});

it('a proposal tells what it stands on', () => {
  const share = { part: 57, of: 60 };
  const kept = {
    kind: 'keep',
    setting: 'gates.reviewPass',
    decides: '',
    at: 80,
    known: 70,
    share,
    bounds: { low: 0.862, high: 0.983 },
  } as const;
  expect(evidenceWords(kept)).toBe('57 of the 60 from there on were right: 86 to 98 % at a confidence of 95 %');
});
