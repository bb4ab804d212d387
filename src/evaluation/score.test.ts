import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckEvidence, TestCase } from '../domain/evidence.ts';
import { defaultWeights } from '../domain/score.ts';
import { baseEvidence, reachableFailures } from './base.ts';
import { countTests, scoreWorld } from './score.ts';
import { absent, baseOf, checked, failed, lint, passed, reported } from './testing/evidence.ts';

const tests = (count: number, green: number) =>
  reported(Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, index < green ? 'passed' : 'failed'] as const)));

const nothing = new Set<string>();
const small = { size: 0, branches: 0, duplicated: 0, added: 0 };
const build = (share: 0 | 1): Partial<CheckEvidence> => ({ build: share === 1 ? passed : failed });

test.each<[string, Partial<CheckEvidence>, Partial<CheckEvidence>, object]>([
  [
    'everything passes',
    { tests: tests(4, 4), lint: lint(3) },
    { tests: tests(4, 4), lint: lint(3) },
    { total: 100, build: 30, tests: 30, lint: 20, quality: 10, security: null, confidence: 0.9 },
  ],
  [
    'half of the tests pass',
    { tests: tests(4, 4), lint: lint(0) },
    { tests: tests(4, 2), lint: lint(0) },
    { total: 83.3, tests: 15, testsPassed: 2, testsTotal: 4 },
  ],
  ['the build fails', build(1), { ...build(0), tests: absent }, { build: 0, tests: null, total: 25 }],
  ['the build failed before too', build(0), build(0), { build: null, total: 100, confidence: 0.1 }],
  ['a failing build is repaired', build(0), build(1), { build: 30 }],
  ['the type check fails', { typeCheck: passed }, { typeCheck: failed }, { build: 0 }],
  ['the dependencies cannot be installed', { install: passed }, { install: failed, build: absent }, { build: 0 }],
  ['nothing is built', { install: passed, build: absent }, { install: passed, build: absent }, { build: null }],
  ['the tests are gone', { tests: tests(2, 2) }, { tests: absent }, { tests: 0, testsPassed: 0, testsTotal: 2 }],
  ['there were never tests', { tests: absent }, { tests: absent }, { tests: null, testsTotal: 0 }],
  ['a change brings the first tests', { tests: absent }, { tests: tests(3, 3) }, { tests: null }],
  ['a change brings a test that fails', { tests: tests(1, 1) }, { tests: reported({ t0: 'passed', mine: 'failed' }) }, { tests: 15 }],
  [
    'a change brings tests that pass',
    { tests: tests(2, 2) },
    { tests: reported({ t0: 'passed', t1: 'failed', mine: 'passed' }) },
    { tests: 15 },
  ],
  ['ten new warnings', { lint: lint(5) }, { lint: lint(15) }, { lint: 18, warnings: 10 }],
  ['two new errors weigh as ten warnings', { lint: lint(5) }, { lint: lint(5, 2) }, { lint: 18, warnings: 10 }],
  ['fewer warnings', { lint: lint(5) }, { lint: lint(0) }, { lint: 20, warnings: 0 }],
  ['a thousand warnings', { lint: lint(0) }, { lint: lint(1_000) }, { lint: 0 }],
  ['the linter no longer works', { lint: lint(0) }, { lint: { kind: 'failed', command: 'l', output: '' } }, { lint: 0 }],
  ['there is no linter', {}, {}, { lint: null }],
])('when %s', (_, before, after, score) => {
  const request = { base: baseOf(before), check: checked(after), reachable: nothing, quality: small };
  expect(scoreWorld(request)).toMatchObject(score);
});

test('old failures count for all worlds once one of them turned them green, flaky tests never', () => {
  const check = checked({ tests: reported({ green: 'passed', old: 'failed', hopeless: 'failed', flaky: 'passed' }) });
  const base = baseEvidence(check, reported({ green: 'passed', old: 'failed', hopeless: 'failed', flaky: 'failed' }));
  expect(base).toMatchObject({ passing: ['green'], failing: ['old', 'hopeless'], flaky: ['flaky'] });
  const fixed = checked({ tests: reported({ green: 'passed', old: 'passed', hopeless: 'failed', flaky: 'failed' }) });
  const reachable = reachableFailures(base, [check, fixed]);
  expect([...reachable]).toEqual(['old']);
  expect(countTests(base, check, reachable)).toEqual({ passed: 1, total: 2 });
  expect(countTests(base, fixed, reachable)).toEqual({ passed: 2, total: 2 });
  expect(countTests(base, check, nothing)).toEqual({ passed: 1, total: 1 });
});

test('a test that is there only once is flaky, unless a run was cut short', () => {
  const once = checked({ tests: reported({ a: 'passed', b: 'passed' }) });
  expect(baseEvidence(once, reported({ a: 'passed' }))).toMatchObject({ passing: ['a'], flaky: ['b'] });
  expect(baseEvidence(once, { kind: 'timeout', afterMs: 1, cases: [{ id: 'a', status: 'passed' }] })).toMatchObject({
    passing: ['a', 'b'],
    flaky: [],
  });
});

test('where the base ran into the time limit, every test counts', () => {
  const base = baseOf({ tests: { kind: 'timeout', afterMs: 1, cases: [{ id: 'a', status: 'passed' }] } });
  expect(countTests(base, checked({ tests: reported({ a: 'passed', b: 'passed', c: 'failed' }) }), nothing)).toEqual({
    passed: 2,
    total: 3,
  });
});

test('a command of which only the exit code is known is one test', () => {
  const green = { kind: 'exit-code', passed: true, exitCode: 0, output: '', durationMs: 1 } as const;
  const base = baseOf({ tests: green });
  expect(scoreWorld({ base, check: checked({ tests: green }), reachable: nothing })).toMatchObject({ tests: 30 });
  const red = checked({ tests: { ...green, passed: false, exitCode: 1 } });
  expect(scoreWorld({ base, check: red, reachable: nothing })).toMatchObject({ tests: 0, testsTotal: 1 });
});

test('weights can be changed and still add up to 100', () => {
  const weights = { ...defaultWeights, build: 10, tests: 70 };
  const request = { base: baseOf({ tests: tests(2, 2) }), check: checked({ tests: tests(2, 1) }), reachable: nothing, weights };
  expect(scoreWorld(request)).toMatchObject({ build: 10, tests: 35, total: 56.3 });
});

const status = fc.constantFrom<TestCase['status']>('passed', 'failed', 'skipped');
const outcomes = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), status);
const command = fc.constantFrom(passed, failed, absent);
const evidence = fc.record({ build: command, typeCheck: command, tests: outcomes.map((outcome) => reported(outcome)) });
const quality = fc.record({ size: fc.nat(2_000), branches: fc.nat(200), duplicated: fc.nat(50), added: fc.nat(2_000) });
const weight = fc.record({ build: fc.nat(50), tests: fc.nat(50), lint: fc.nat(50), quality: fc.nat(50), security: fc.nat(50) });

test('a score lies between 0 and 100, each component between 0 and its weight, the confidence between 0 and 1', () => {
  fc.assert(
    fc.property(evidence, evidence, quality, weight, (before, after, measured, weights) => {
      const score = scoreWorld({ base: baseOf(before), check: checked(after), reachable: nothing, quality: measured, weights });
      const inRange = (value: number | null, limit: number) => value === null || (value >= 0 && value <= limit);
      return (
        inRange(score.total, 100) &&
        inRange(score.confidence, 1) &&
        (['build', 'tests', 'lint', 'quality', 'security'] as const).every((name) => inRange(score[name], weights[name]))
      );
    }),
  );
});

test('one more test that passes never lowers a score', () => {
  fc.assert(
    fc.property(outcomes, outcomes, fc.constantFrom('a', 'b', 'c', 'd', 'e'), (before, after, id) => {
      const base = baseOf({ tests: reported(before) });
      const better = { ...after, [id]: 'passed' as const };
      const reachable = new Set(base.failing);
      const score = (outcome: Record<string, TestCase['status']>) =>
        scoreWorld({ base, check: checked({ tests: reported(outcome) }), reachable }).total;
      // A test that the base does not know and that passes vouches for nobody: taking its failure away is no loss either.
      return score(better) >= score(after);
    }),
  );
});
