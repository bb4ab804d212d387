import fc from 'fast-check';
import type { SecurityEvidence } from '../domain/security.ts';
import { securityAnalyses } from '../domain/security.ts';
import { expect, test } from 'vitest';
import type { Change } from '../domain/change.ts';
import { documentationOf } from './documentation.ts';
import { reviewScore } from './review-score.ts';
import { absent, baseOf, checked, failed, lint, reported } from './testing/evidence.ts';

function findings(count: number): SecurityEvidence {
  const finding = { analysis: 'secrets', rule: 'key', level: 'low', path: 'a.js', line: 3, detail: 'It holds a key.' } as const;
  const [first, ...others] = securityAnalyses;
  const clean = others.map((analysis) => ({ analysis, kind: 'analysed', findings: [], durationMs: 1 }) as const);
  return {
    analyses: [{ analysis: first, kind: 'analysed', findings: Array.from({ length: count }, () => finding), durationMs: 1 }, ...clean],
  };
}

const tests = reported({ a: 'passed', b: 'passed' });
const base = baseOf({ tests, lint: lint(0) });
const documentation = { added: 4, documented: 1, missing: ['a.ts: b', 'a.ts: c', 'a.ts: d'] };

test('a clean branch is approved, whatever is n/a', () => {
  expect(reviewScore({ base, check: checked({ tests, lint: lint(0) }) })).toEqual({
    score: 100,
    breakdown: { tests: 35, lint: 25, security: null, docs: null },
    recommendation: 'APPROVE',
    confidence: 0.6,
    issues: [],
  });
});

test('every component loses points in proportion, and says so', () => {
  const check = checked({ tests: reported({ a: 'passed', b: 'failed' }), lint: lint(40) });
  const report = reviewScore({ base, check, documentation, coverage: 0.475, security: findings(1) });
  expect(report).toMatchObject({
    score: 44.8,
    breakdown: { tests: 8.8, lint: 15, security: 16, docs: 5 },
    recommendation: 'REJECT',
  });
  expect(report.issues).toEqual([
    'The branch breaks one test that passed before: b.',
    'The linter finds more than before: 40 (an error counts as 5 warnings).',
    'Tests run 48 % of the changed lines.',
    'Security, low: a.js:3: It holds a key.',
    'Exported without a doc comment: a.ts: b; a.ts: c; a.ts: d.',
  ]);
});

test('what failed before counts against nobody, and what was repaired counts', () => {
  const old = baseOf({ tests: reported({ a: 'passed', b: 'failed', c: 'failed' }), lint: lint(0) });
  const untouched = checked({ tests: reported({ a: 'passed', b: 'failed', c: 'failed' }), lint: lint(0) });
  expect(reviewScore({ base: old, check: untouched })).toMatchObject({ score: 100, issues: [] });
  const repaired = checked({ tests: reported({ a: 'failed', b: 'passed', c: 'failed' }), lint: lint(0) });
  expect(reviewScore({ base: old, check: repaired })).toMatchObject({ breakdown: { tests: 17.5 } });
});

test('a test that was added and fails, and a linter that no longer works, are said', () => {
  const check = checked({
    tests: reported({ a: 'passed', b: 'passed', 'new.test.js > c': 'failed' }),
    lint: { kind: 'failed', command: 'npm run lint', output: 'no' },
  });
  const report = reviewScore({ base, check });
  expect(report.breakdown).toMatchObject({ tests: 23.3, lint: 0 });
  expect(report.issues).toEqual([
    'The branch adds one test that fails: new.test.js > c.',
    'The linter fails, so what it finds is not known.',
  ]);
});

test('no branch loses points without an issue that says why', () => {
  const status = fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const);
  const run = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), status).map((outcome) => reported(outcome));
  const linted = fc.oneof(
    fc.nat(9).map((count) => lint(count)),
    fc.constant(absent),
    fc.constant({ kind: 'failed', command: 'lint', output: '' } as const),
  );
  fc.assert(
    fc.property(run, run, linted, linted, (before, after, lintBefore, lintAfter) => {
      const report = reviewScore({ base: baseOf({ tests: before, lint: lintBefore }), check: checked({ tests: after, lint: lintAfter }) });
      return report.score === 100 || report.confidence === 0 || report.issues.length > 0;
    }),
  );
});

test('that a branch is safe does not say that it is right', () => {
  const report = reviewScore({ base: baseOf({}), check: checked({}), security: findings(0) });
  expect(report).toMatchObject({ score: 100, recommendation: 'REVIEW' });
});

test('a failing build is rejected, and no evidence is for a person', () => {
  expect(reviewScore({ base, check: checked({ build: failed, tests }) }).recommendation).toBe('REJECT');
  const nothing = { build: absent, tests: absent } as const;
  expect(reviewScore({ base: baseOf(nothing), check: checked(nothing) })).toMatchObject({
    score: 0,
    recommendation: 'REVIEW',
    confidence: 0,
  });
});

test('a score lies between 0 and 100 and falls with every finding', () => {
  fc.assert(
    fc.property(fc.nat(10), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(300), (found, coverage, warnings) => {
      const check = checked({ tests, lint: lint(warnings) });
      const { score } = reviewScore({ base, check, security: findings(found), coverage });
      return score >= 0 && score <= 100 && reviewScore({ base, check, security: findings(found + 1), coverage }).score <= score;
    }),
  );
});

async function documented(before: string | undefined, after: string, path = 'src/a.ts') {
  const status = before === undefined ? 'added' : 'modified';
  const change: Change = { files: [{ path, status, addedLines: 1, removedLines: 0, binary: false, kind: 'file' }] };
  return documentationOf({ change, before: () => Promise.resolve(before), after: () => Promise.resolve(after) });
}

test('exported symbols that are new are counted with their doc comments', async () => {
  const after = `
export const old = 1;
/** Says what. */
export function told(): void {}
// no doc comment
export interface Untold { a: string }
/** Over. */
export function load(a: string): void;
export function load(a: number): void;
export function load(): void {}
/** Local. */
const local = 1;
const bare = 2;
export { local as renamed, bare };
export { other } from './other.ts';
export default class {}
function hidden() {}
`;
  expect(await documented('export const old = 1;', after)).toEqual({
    added: 6,
    documented: 3,
    missing: ['src/a.ts: Untold', 'src/a.ts: bare', 'src/a.ts: default'],
  });
});

test('CommonJS exports count as well', async () => {
  const after = `
/** A. */
function a() {}
function b() {}
module.exports = { a, b };
/** C. */
exports.c = 1;
exports.d = 2;
`;
  expect(await documented(undefined, after, 'src/a.cjs')).toEqual({ added: 4, documented: 2, missing: ['src/a.cjs: b', 'src/a.cjs: d'] });
});

test.each(['src/a.test.ts', 'README.md'])('%s has no public symbols', async (path) => {
  expect(await documented(undefined, 'export const a = 1;', path)).toEqual({ added: 0, documented: 0, missing: [] });
});

test('a file that cannot be read has no public symbols', async () => {
  expect(await documented(undefined, 'export const = {{')).toMatchObject({ added: 0 });
});

test('a grave finding of security has a person asked, unless one has taken it already', () => {
  const graved = (level: 'medium' | 'high' | 'critical', isAccepted = false) => {
    const [first, ...others] = securityAnalyses;
    const finding = { analysis: first, rule: 'r', level, path: 'a.js', detail: 'd' } as const;
    const security: SecurityEvidence = {
      analyses: [
        { analysis: first, kind: 'analysed', findings: [finding], durationMs: 1 },
        ...others.map((analysis) => ({ analysis, kind: 'analysed', findings: [], durationMs: 1 }) as const),
      ],
    };
    const { score, recommendation, gravest } = reviewScore({ base, check: checked({ tests }), security, isAccepted });
    return { isHigh: score >= 80, recommendation, gravest };
  };
  expect(graved('medium')).toEqual({ isHigh: true, recommendation: 'APPROVE', gravest: undefined });
  expect(graved('high')).toEqual({ isHigh: true, recommendation: 'REVIEW', gravest: 'high' });
  expect(graved('critical')).toEqual({ isHigh: true, recommendation: 'REVIEW', gravest: 'critical' });
  expect(graved('critical', true)).toEqual({ isHigh: true, recommendation: 'APPROVE', gravest: undefined });
});
