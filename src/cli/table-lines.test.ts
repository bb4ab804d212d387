import { expect, it } from 'vitest';
import { tableLines } from './table-lines.ts';

it('sets names to the left and figures to the right, also where some are not known', () => {
  const rows = [
    ['world', 'tries', 'went well', 'USD', 'why'],
    ['repair: bold', '1,234', '50 %', 'at most 0.50', 'met'],
    ['model', '-', '100 %', '10.00', 'not measured'],
  ];
  expect(tableLines(rows)).toEqual([
    'world         tries  went well           USD  why',
    'repair: bold  1,234       50 %  at most 0.50  met',
    'model             -      100 %         10.00  not measured',
  ]);
});

it('makes nothing of nothing', () => {
  expect(tableLines([])).toEqual([]);
});
