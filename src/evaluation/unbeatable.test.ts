import { expect, test } from 'vitest';
import type { WorldScore } from '../domain/score.ts';
import { baseOf, checked, reported } from './testing/evidence.ts';
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

test('all points, with evidence for everything, cannot be beaten', () => {
  expect(canNotBeBeaten(world)).toBe(true);
});

test.each([
  ['a point is missing', { score: { ...all, total: 99.9 } }],
  ['a component has no evidence', { score: { ...all, security: null, confidence: 0.9 } }],
  ['an old failure is left', { check: checked({ tests: reported({ a: 'passed', b: 'failed' }) }) }],
  ['something keeps it from winning', { integrity: [{ rule: 'test-skipped', path: 'a.test.js', detail: 'It skips a test.' }] }],
])('it can where %s', (_, more) => {
  expect(canNotBeBeaten({ ...world, ...(more as Partial<typeof world>) })).toBe(false);
});
