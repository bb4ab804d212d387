import { expect, test } from 'vitest';
import type { TestCase, TestEvidence } from '../../domain/evidence.ts';
import { runProblem } from '../test-outcomes.ts';
import { commit } from '../testing/evidence.ts';
import { testProject } from '../testing/project.ts';
import { suspicious, withSecondRun } from './rerun.ts';
import { runChecks } from './run.ts';

function reported(
  statuses: Readonly<Record<string, TestCase['status']>>,
  extra: { exitCode?: number; incomplete?: true } = {},
): TestEvidence {
  const cases = Object.entries(statuses).map(([id, status]) => ({ id, status }));
  const failed = cases.some(({ status }) => status === 'failed');
  return { kind: 'reported', runner: 'x', cases, exitCode: failed ? 1 : 0, durationMs: 1, notes: [], ...extra };
}

test('what passed at the base and fails is questioned, old failures and whole landslides are not', () => {
  const tests = reported({ a: 'failed', b: 'failed', c: 'passed' });
  expect(suspicious(tests, ['a', 'c'])).toEqual(['a']);
  expect(suspicious(reported({ a: 'failed' }, { incomplete: true }), ['a'])).toEqual([]);
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`t${index}`, 'failed' as const]));
  expect(suspicious(reported(many), Object.keys(many))).toEqual([]);
});

test('a test that passes the second time is flaky: it stands as passed, and is named', () => {
  const merged = withSecondRun(reported({ a: 'failed', b: 'passed' }), reported({ a: 'passed', b: 'failed' }), ['a']);
  expect(merged).toMatchObject({
    exitCode: 0,
    cases: [
      { id: 'a', status: 'passed' },
      { id: 'b', status: 'passed' },
    ],
    notes: [expect.stringMatching(/^Flaky: a /)],
  });
  expect(runProblem(merged)).toBeUndefined();
});

test('a test that fails again is broken, and a second run that breaks off says nothing', () => {
  const first = reported({ a: 'failed', b: 'failed' });
  expect(withSecondRun(first, first, ['a'])).toBe(first);
  expect(withSecondRun(first, reported({ a: 'passed', b: 'passed' }, { incomplete: true }), ['a'])).toBe(first);
  expect(withSecondRun(first, { kind: 'timeout', afterMs: 1, cases: [] }, ['a'])).toBe(first);
  expect(withSecondRun(first, reported({ a: 'passed', b: 'failed' }), ['a'])).toMatchObject({ exitCode: 1 });
});

test('a test that passes one time of three breaks nothing when the second time is that one', async () => {
  await using project = await testProject({
    'package.json': { type: 'module', scripts: { test: 'node --test' } },
    'a.test.js': `import { test } from 'node:test'; import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync('runs', '.');
test('flaky', () => { if (readFileSync('runs', 'utf8').length % 3 !== 2) throw new Error('not now'); });
test('broken', () => { throw new Error('never'); });`,
  });
  const request = { ...(await project.setting()), commit: commit('1'), install: { kind: 'none', reason: '' } } as const;
  const { tests } = await runChecks({ ...request, passedBefore: ['a.test.js > flaky', 'a.test.js > broken'] });
  expect(tests).toMatchObject({
    kind: 'reported',
    cases: [
      { id: 'a.test.js > flaky', status: 'passed' },
      { id: 'a.test.js > broken', status: 'failed' },
    ],
    notes: [expect.stringMatching(/^Flaky: a\.test\.js > flaky /)],
  });
});
