import { expect, it } from 'vitest';
import type { Burn } from './burn-lines.ts';
import { burnLines } from './burn-lines.ts';

const month: Burn = {
  run: null,
  from: 0,
  to: 100_000,
  points: [
    { at: 0, spentUsd: 0 },
    { at: 20_000, spentUsd: 2 },
    { at: 40_000, spentUsd: 4 },
  ],
  budgetUsd: 10,
  forecast: { endUsd: 10, how: '' },
};

it('what was spent reaches to now, the forecast from there to the end', () => {
  expect(burnLines(month, 50_000)).toEqual({
    at: [0, 20, 40, 50, 100],
    spent: [0, 2, 4, 4, null],
    forecast: [null, null, null, 4, 10],
    budget: [10, 10, 10, 10, 10],
    isBudgetAbove: false,
  });
});

it('a budget that lies far above is not drawn, so that the rest is no flat line', () => {
  expect(burnLines({ ...month, budgetUsd: 1_000 }, 50_000)).toMatchObject({ isBudgetAbove: true, budget: [null, null, null, null, null] });
});

it('without a forecast, or without an end, nothing is said of later', () => {
  expect(burnLines({ ...month, forecast: null }, 50_000).forecast).toEqual([null, null, null, null, null]);
  expect(burnLines({ ...month, to: null }, 50_000)).toMatchObject({ at: [0, 20, 40, 50], forecast: [null, null, null, null] });
});

it('a run that has ended is shown to its end, however long ago that was', () => {
  const ended = burnLines({ ...month, run: 'run_a', to: 40_000, forecast: null }, 900_000);
  expect(ended).toMatchObject({ at: [0, 20, 40], spent: [0, 2, 4] });
});

it('where nothing was spent there is a line at nothing', () => {
  expect(burnLines({ ...month, points: [], forecast: null }, 50_000)).toMatchObject({ at: [0, 50, 100], spent: [0, 0, null] });
});
