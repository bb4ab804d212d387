import { expect, it } from 'vitest';
import { beginningOfDay, groupingOf } from './cost-question.ts';
import { budgetFill, budgetWords, callsWords, shownCost } from './cost-words.ts';

const row = {
  calls: 3,
  cachedCalls: 1,
  inputTokens: 10,
  outputTokens: 5,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0.25,
  reservedUsd: 0,
  unknownPrices: 0,
  unsureCalls: 0,
};
const budget = { name: '2026-11', spentUsd: 1, reservedUsd: 0, limitUsd: 5, percent: 20 };

it('what an address says of rows is taken where it is known', () => {
  expect(groupingOf('world')).toBe('world');
  expect(groupingOf('nonsense')).toBe('run');
});

it('a day begins in UTC', () => {
  expect(beginningOfDay(Date.UTC(2026, 10, 22, 23, 59))).toBe(Date.UTC(2026, 10, 22));
});

it('what is not known exactly is said to be at most that', () => {
  expect(shownCost(row)).toBe('$0.2500');
  expect(shownCost({ ...row, unsureCalls: 1 })).toBe('at most $0.2500');
});

it('calls are told with those for nothing and what is reserved', () => {
  expect(callsWords({ ...row, calls: 1, cachedCalls: 0 })).toBe('one call, 0 answered for nothing');
  expect(callsWords({ ...row, reservedUsd: 2 })).toBe('3 calls, 1 answered for nothing, $2.00 reserved for what runs');
});

it('a budget is told with its share, in a colour for where people are told and where they are asked', () => {
  expect(budgetWords(budget)).toBe('of $5.00 (20 %)');
  expect(budgetWords({ ...budget, percent: null, reservedUsd: 1 })).toBe('of $5.00, $1.00 of it reserved');
  expect([null, 74, 75, 89, 90].map((percent) => budgetFill({ ...budget, percent }))).toEqual([
    'bg-good',
    'bg-good',
    'bg-warn',
    'bg-warn',
    'bg-bad',
  ]);
});
