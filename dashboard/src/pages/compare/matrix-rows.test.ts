import { expect, it } from 'vitest';
import type { MatrixRow } from './matrix-rows.ts';
import { aboutTest, isOwn, tellsApart } from './matrix-rows.ts';

const row = (outcomes: ReadonlyArray<MatrixRow['cells'][number]['outcome']>, more: Partial<MatrixRow> = {}): MatrixRow => ({
  test: 'adds',
  kind: 'examination',
  author: 'beta',
  atBase: null,
  weight: 0.5,
  dropped: null,
  cells: outcomes.map((outcome, index) => ({ world: ['alpha', 'beta', 'gamma'][index]!, outcome })),
  ...more,
});

it('knows tests that tell worlds apart; what is not known tells nothing', () => {
  expect(tellsApart(row(['passed', 'failed', 'passed']))).toBe(true);
  expect(tellsApart(row(['passed', 'unknown', 'passed']))).toBe(false);
});

it('knows whose own test it is', () => {
  expect([isOwn(row([]), 'beta'), isOwn(row([]), 'alpha'), isOwn(row([], { author: null }), 'beta')]).toEqual([true, false, false]);
});

it('tells who wrote a test, how it was before, and what it counts', () => {
  expect(aboutTest(row([]))).toBe('by beta, weight 0.50');
  expect(aboutTest(row([], { kind: 'project', author: null, atBase: 'failed', weight: 1 }))).toBe('of the project, failed at the base');
  expect(aboutTest(row([], { dropped: 'it fails at the base too.' }))).toBe('does not count: it fails at the base too.');
});
