import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import type { ChoiceView } from '../operations/choice-view.ts';
import { compareLines } from './compare-lines.ts';

function verdict(world: string, points: number | null, size: number | null) {
  const components = points === null ? [] : [{ name: 'tests' as const, weight: 30, points, evidence: [] }];
  const score = points === null ? null : { total: points * 3, confidence: 1, testsPassed: 1, testsTotal: 1, warnings: 0, components };
  return { world, status: points === null ? ('failed' as const) : ('success' as const), score, size, durationMs: 1_500, costUsd: 0 };
}

it('the best of a row is marked where worlds differ, the winner by its star, and tests stand below', () => {
  const choice = {
    winner: 'beta',
    decidedBy: 'score',
    reason: null,
    verdicts: [verdict('alpha', 20, 4), verdict('beta', 30, 9), verdict('gamma', null, null)],
    matrix: [{ test: 'adds', atBase: 'failed', cells: [{ world: 'beta', outcome: 'passed' }] }],
  } as unknown as ChoiceView;
  expect(compareLines({ id: 'task-1', title: 'Mend it', choice }, { colours: picocolors.createColors(false) })).toEqual([
    'task-1  Mend it',
    'beta won (score)',
    '',
    'criterion      weight    alpha  ★ beta   gamma',
    'tests              30     20.0  30.0 *       -',
    'score             100     60.0  90.0 *       -',
    'lines changed              4 *       9       -',
    'seconds                    1.5     1.5     1.5',
    'USD                       0.00    0.00    0.00',
    'result                 success     won  failed',
    '',
    'test  base  alpha  beta  gamma',
    'adds     -      ?     +      ?',
    '+ passes, - fails, ? not known',
    '',
  ]);
});
