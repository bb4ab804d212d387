import { expect, it } from 'vitest';
import type { WorldVerdict } from './choice.ts';
import { evidenceMatrix } from './evidence-matrix.ts';
import type { ExaminedTest } from './examination.ts';
import type { WorldName } from './world.ts';

function verdict(world: WorldName, more: Partial<WorldVerdict> = {}): WorldVerdict {
  const score = {
    total: 90,
    build: 30,
    tests: 30,
    lint: 20,
    quality: 5,
    security: 5,
    testsPassed: 1,
    testsTotal: 1,
    warnings: 0,
    confidence: 1,
  };
  const change = { size: 1, files: [], fixed: [], broken: [], against: [], summary: '', commit: undefined, sameChange: [] };
  return { world, stance: 'bold', status: 'success', score, ...change, costMicroUsd: 0, durationMs: 0, ...more };
}

function examined(id: string, cells: ExaminedTest['cells'], more: Partial<ExaminedTest> = {}): ExaminedTest {
  return { id, author: 'alpha', dropped: undefined, cells, weight: 0.5, ...more };
}

function cellsOf(rows: ReturnType<typeof evidenceMatrix>): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.map(({ test, cells }) => [test, cells.map(({ world, outcome }) => `${world} ${outcome}`).join(', ')]));
}

it('shows of the tests of a project which world repaired or broke which, and nothing of one that was never checked', () => {
  const verdicts = [
    verdict('alpha', { fixed: ['rounds up'] }),
    verdict('beta', { broken: ['adds'] }),
    verdict('gamma', { status: 'timeout', score: undefined }),
  ];
  const rows = evidenceMatrix({ verdicts });
  expect(cellsOf(rows)).toEqual({
    'rounds up': 'alpha passed, beta failed, gamma unknown',
    adds: 'alpha passed, beta failed, gamma unknown',
  });
  expect(rows).toMatchObject([
    { kind: 'project', atBase: 'failed', author: undefined, weight: 1, dropped: undefined },
    { kind: 'project', atBase: 'passed' },
  ]);
});

it('shows whose tests passed in whose world, in the order of the verdicts, and without the author in their names', () => {
  const verdicts = [verdict('alpha'), verdict('beta'), verdict('gamma')];
  const cells = [
    { world: 'beta', outcome: 'failed' },
    { world: 'alpha', outcome: 'passed' },
  ] as const;
  const rows = evidenceMatrix({
    verdicts,
    examination: { tests: [examined('alpha: zero is even', cells)], clusters: [], differences: [], inputs: 0, notes: [] },
  });
  expect(cellsOf(rows)).toEqual({ 'zero is even': 'alpha passed, beta failed, gamma unknown' });
  expect(rows).toMatchObject([{ kind: 'examination', author: 'alpha', atBase: undefined, weight: 0.5 }]);
});

it('has first what tells worlds apart; what was dropped, or is the same everywhere, comes behind', () => {
  const verdicts = [verdict('alpha', { fixed: ['all'] }), verdict('beta', { fixed: ['all'] })];
  const apart = [
    { world: 'alpha', outcome: 'passed' },
    { world: 'beta', outcome: 'failed' },
  ] as const;
  const unsure = [
    { world: 'alpha', outcome: 'passed' },
    { world: 'beta', outcome: 'unknown' },
  ] as const;
  const tests = [examined('dropped', apart, { dropped: 'It fails at random.' }), examined('unsure', unsure), examined('tells', apart)];
  const examination = { tests, clusters: [], differences: [], inputs: 0, notes: [] };
  expect(evidenceMatrix({ verdicts, examination }).map(({ test }) => test)).toEqual(['tells', 'all', 'dropped', 'unsure']);
});
