import { expect, test } from 'vitest';
import type { CheckEvidence, TestEvidence } from '../domain/evidence.ts';
import { isLasting } from './base.ts';
import { absent, checked, failed, reported } from './testing/evidence.ts';

const green = reported({ a: 'passed' });
const exited = (exitCode: number): TestEvidence => ({ kind: 'exit-code', passed: exitCode === 0, exitCode, output: '', durationMs: 1 });
const late: TestEvidence = { kind: 'timeout', afterMs: 1_000, cases: [] };
const cutShort = reported({ a: 'passed' }, { incomplete: true });
const killed = { ...failed, exitCode: undefined };

const cases: readonly (readonly [what: string, parts: Partial<CheckEvidence>, again: TestEvidence, lasting: boolean])[] = [
  ['tests that passed twice', { tests: green }, green, true],
  ['a flaky test', { tests: green }, reported({ a: 'failed' }), true],
  ['a build that fails', { build: failed, tests: absent }, absent, false],
  ['an exit code that was the same twice', { tests: exited(1) }, exited(1), true],
  ['an installation that failed', { install: failed, tests: absent }, absent, false],
  ['a build that was killed', { build: killed, tests: absent }, absent, false],
  ['a type check that was killed', { typeCheck: killed, tests: green }, green, false],
  ['tests that ran into the time limit', { tests: late }, green, false],
  ['tests that ran into the time limit the second time', { tests: green }, late, false],
  ['a report that broke off', { tests: green }, cutShort, false],
  ['an exit code that was another the second time', { tests: exited(1) }, exited(0), false],
  ['a report that was there only once', { tests: green }, exited(0), false],
];

test.each(cases)('whether another run may rely on %s is known', (_, parts, again, lasting) => {
  expect(isLasting(checked(parts), again)).toBe(lasting);
});
