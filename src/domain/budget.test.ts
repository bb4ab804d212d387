import { expect, it } from 'vitest';
import { budgetFault, costExceeded, exceededLimit, inheritBudget } from './budget.ts';

it('lets the nearest limit on attempts hold and a deadline only come nearer', () => {
  expect(inheritBudget({ attempts: 3, attemptMs: 10, deadline: 50, costMicroUsd: 9 }, { attempts: 7, deadline: 80 })).toEqual({
    attempts: 7,
    attemptMs: 10,
    deadline: 50,
  });
  expect(inheritBudget({ deadline: 50 }, { deadline: 20, attemptMs: 5, costMicroUsd: 4 })).toEqual({
    deadline: 20,
    attemptMs: 5,
    costMicroUsd: 4,
  });
  expect(inheritBudget({}, undefined)).toEqual({});
});

it.each([
  [{ attempts: 0 }, 'attempts: must be a whole number of at least 1, not 0'],
  [{ attempts: Number.NaN }, 'attempts: must be a whole number of at least 1, not NaN'],
  [{ costMicroUsd: -1 }, 'costMicroUsd: must be a whole number of at least 0, not -1'],
  [{ deadline: 1.5 }, 'deadline: must be a whole number of at least 1, not 1.5'],
  [{ attemptMs: 'long' }, 'attemptMs: must be a whole number of at least 1, not string'],
  [{ patience: 3 }, 'patience: there is no such limit'],
])('refuses %o', (budget, fault) => {
  expect(budgetFault(budget)).toBe(fault);
});

it('accepts a sound budget', () => {
  expect(budgetFault({ attempts: 1, attemptMs: 1, deadline: 1, costMicroUsd: 0 })).toBeUndefined();
  expect(budgetFault({ attempts: undefined })).toBeUndefined();
});

it('allows what is below its limits', () => {
  expect(exceededLimit({}, { attempts: 4, costMicroUsd: 1e9, now: 1e15 })).toBeUndefined();
  expect(exceededLimit({}, { attempts: 5, costMicroUsd: 0, now: 0 })).toBe('Max attempts reached: 5/5');
  expect(costExceeded({ costMicroUsd: 10 }, 9)).toBeUndefined();
  expect(costExceeded({ costMicroUsd: 10_000 }, 10_000)).toBe('Cost limit reached: 0.01/0.01 USD');
});
