import { expect, it } from 'vitest';
import type { Verdict } from './score-rows.ts';
import { scoreRows } from './score-rows.ts';

const verdict = (world: string, total: number | undefined, more: Partial<Verdict> = {}): Verdict => ({
  world,
  stance: 'balanced',
  status: total === undefined ? 'failed' : 'success',
  score:
    total === undefined
      ? null
      : {
          total,
          confidence: 0.7,
          testsPassed: 21,
          testsTotal: 22,
          warnings: 0,
          components: [
            { name: 'build', weight: 30, points: null, evidence: [] },
            { name: 'tests', weight: 30, points: total / 4, evidence: [] },
          ],
        },
  size: total === undefined ? null : 4,
  files: ['a.ts'],
  fixed: ['one'],
  broken: [],
  against: [],
  isStopped: false,
  summary: '',
  commit: null,
  sameChange: [],
  costUsd: 0.5,
  durationMs: 61_000,
  ...more,
});
const rowOf = (name: string, verdicts: readonly Verdict[]) => scoreRows(verdicts).find((row) => row.name === name)!;
const texts = (name: string, verdicts: readonly Verdict[]) =>
  rowOf(name, verdicts).cells.map(({ text, isBest }) => (isBest ? `${text} best` : text));

it('marks the best of each criterion, whichever way is better', () => {
  const worlds = [verdict('alpha', 80), verdict('beta', 100, { size: 2 }), verdict('gamma', 100)];
  expect(texts('Points', worlds)).toEqual(['80.0', '100.0 best', '100.0 best']);
  expect(texts('Tests', worlds)).toEqual(['20.0', '25.0 best', '25.0 best']);
  expect(texts('Changed lines', worlds)).toEqual(['4', '2 best', '4']);
});

it('marks none where all are alike, and nothing that is neither good nor bad', () => {
  const worlds = [verdict('alpha', 80), verdict('beta', 80, { costUsd: 0.1 })];
  expect(texts('Points', worlds)).toEqual(['80.0', '80.0']);
  expect(texts('Cost', worlds)).toEqual(['$0.5000', '$0.1000']);
});

it('tells what had no evidence from what was not judged', () => {
  const worlds = [verdict('alpha', 80), verdict('beta', undefined)];
  expect(texts('Build', worlds)).toEqual(['n/a', '–']);
  expect(texts('Repaired tests', worlds)).toEqual(['1', '–']);
  expect(texts('Tests that pass', worlds)).toEqual(['21 of 22', '–']);
  expect(texts('Time', worlds)).toEqual(['1 min 1 s', '1 min 1 s']);
});

it('fills bars by what a criterion is worth', () => {
  expect(rowOf('Tests', [verdict('alpha', 60)]).cells[0]?.share).toBe(0.5);
  expect(rowOf('Tests', [verdict('alpha', 60)]).about).toBe('of 30');
  expect(rowOf('Build', [verdict('alpha', 60)]).cells[0]?.share).toBeUndefined();
});

it('has the criteria without points where no world was judged', () => {
  expect(scoreRows([verdict('alpha', undefined)]).map(({ name }) => name)).not.toContain('Tests');
});
