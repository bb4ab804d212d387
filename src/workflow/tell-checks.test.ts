import { expect, it } from 'vitest';
import { heardTelemetry } from '../../test/support/heard-telemetry.ts';
import type { CheckEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import type { SecurityEvidence } from '../domain/security.ts';
import { tellChecks } from './tell-checks.ts';

const none = { kind: 'none', reason: '' } as const;
const check: CheckEvidence = {
  commit: 'c' as CommitId,
  install: { kind: 'passed', command: 'npm ci', durationMs: 3 },
  build: { kind: 'failed', command: 'tsc', exitCode: 2, output: '', durationMs: 4 },
  typeCheck: none,
  tests: { kind: 'reported', runner: 'node:test', cases: [{ id: 'a', status: 'passed' }], exitCode: 0, durationMs: 5, notes: [] },
  lint: { kind: 'reported', command: 'oxlint', warnings: 3, errors: 0, durationMs: 6 },
};

function told(evidence: CheckEvidence, security?: SecurityEvidence): readonly string[] {
  const { telemetry, signals } = heardTelemetry();
  tellChecks(telemetry, evidence, security);
  return signals.map((signal) => Object.values(signal).join(' '));
}

it('says of each check what it said and how long it took, and of none what it did not say', () => {
  expect(told(check)).toEqual([
    'check.judged install pass 3',
    'check.judged build fail 4',
    'check.judged type-check unknown',
    'check.judged lint pass 6',
    'check.judged format unknown',
    'check.judged tests pass 5',
  ]);
});

it.each<[string, CheckEvidence['tests']]>([
  ['fail 9', { kind: 'timeout', afterMs: 9, cases: [] }],
  ['fail 5', { kind: 'reported', runner: 'r', cases: [{ id: 'a', status: 'failed' }], exitCode: 1, durationMs: 5, notes: [] }],
  ['fail 5', { kind: 'reported', runner: 'r', cases: [], exitCode: 0, durationMs: 5, notes: [], incomplete: true }],
  ['pass 5', { kind: 'exit-code', passed: true, exitCode: 0, output: '', durationMs: 5 }],
  ['unknown 5', { kind: 'exit-code', passed: false, exitCode: 127, output: '', durationMs: 5, unknown: 'it could not be started' }],
  ['unknown', { kind: 'none', reason: '' }],
])('tests: %s', (expected, tests) => {
  expect(told({ ...check, tests }).at(-1)).toBe(`check.judged tests ${expected}`);
});

it('an analysis fails by what is grave; each finding is told by its weight', () => {
  const finding = { rule: 'r', path: 'p', detail: '' };
  const security: SecurityEvidence = {
    analyses: [
      { analysis: 'secrets', kind: 'analysed', durationMs: 1, findings: [{ ...finding, analysis: 'secrets', level: 'critical' }] },
      { analysis: 'dangerous-code', kind: 'analysed', durationMs: 2, findings: [{ ...finding, analysis: 'dangerous-code', level: 'low' }] },
      { analysis: 'vulnerabilities', kind: 'unavailable', reason: '' },
    ],
  };
  expect(told(check, security).slice(6)).toEqual([
    'check.judged secrets fail 1',
    'finding secrets critical',
    'check.judged dangerous-code pass 2',
    'finding dangerous-code low',
    'check.judged vulnerabilities unknown',
  ]);
});
