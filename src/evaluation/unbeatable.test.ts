import { expect, test } from 'vitest';
import type { WorldScore } from '../domain/score.ts';
import { securityAnalyses, type SecurityEvidence } from '../domain/security.ts';
import { scoreWorld } from './score.ts';
import { baseOf, checked, lint, passed, reported } from './testing/evidence.ts';
import { canNotBeBeaten } from './unbeatable.ts';

const all: WorldScore = {
  total: 100,
  build: 30,
  tests: 30,
  lint: 20,
  quality: 10,
  security: 10,
  testsPassed: 2,
  testsTotal: 2,
  warnings: 0,
  confidence: 1,
};
const base = baseOf({ tests: reported({ a: 'passed', b: 'failed' }) });
const check = checked({ tests: reported({ a: 'passed', b: 'passed' }) });
const change = {
  files: [{ path: 'a.js', status: 'modified' as const, addedLines: 1, removedLines: 1, binary: false, kind: 'file' as const }],
};
const world = { base, check, change, integrity: [], score: all };

test('all points but a few for its size, with evidence for everything, cannot be beaten', () => {
  expect(canNotBeBeaten(world)).toBe(true);
  expect(canNotBeBeaten({ ...world, score: { ...all, total: 99.4, quality: 9.4 } })).toBe(true);
});

test('it is within reach of what is really measured: five analyses that looked, and a change of a few lines', () => {
  const rich = { build: passed, tests: check.tests, lint: lint(0) };
  const judged = { base: baseOf({ ...rich, tests: base.check.tests }), check: checked(rich), change, integrity: [] };
  const analyses = securityAnalyses.map((analysis) => ({ analysis, kind: 'analysed', findings: [], durationMs: 1 }) as const);
  const scored = (security: SecurityEvidence) =>
    scoreWorld({ ...judged, reachable: new Set(['b']), quality: { size: 12, branches: 1, duplicated: 0, added: 9 }, security });
  expect(canNotBeBeaten({ ...judged, score: scored({ analyses }) })).toBe(true);
  const unknown = analyses.map((one, index) =>
    index === 2 ? ({ analysis: one.analysis, kind: 'unavailable', reason: 'No answer.' } as const) : one,
  );
  expect(scored({ analyses: unknown }).confidence).toBeCloseTo(0.98);
  expect(canNotBeBeaten({ ...judged, score: scored({ analyses: unknown }) })).toBe(false);
});

test.each([
  ['a point is missing', { score: { ...all, total: 99 } }],
  ['there is a warning', { score: { ...all, total: 99.8, lint: 19.8, warnings: 1 } }],
  ['nothing failed before', { base: baseOf({ tests: reported({ a: 'passed' }) }) }],
  ['a component has no evidence', { score: { ...all, security: null, confidence: 0.9 } }],
  ['an old failure is left', { check: checked({ tests: reported({ a: 'passed', b: 'failed' }) }) }],
  ['something keeps it from winning', { integrity: [{ rule: 'test-skipped', path: 'a.test.js', detail: 'It skips a test.' }] }],
])('it can where %s', (_, more) => {
  expect(canNotBeBeaten({ ...world, ...(more as Partial<typeof world>) })).toBe(false);
});
