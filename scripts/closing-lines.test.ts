import { expect, test } from 'vitest';
import { closingLines, nothingKnown } from './support/closing-lines.mjs';

const allPassed = { passed: 3, failed: [], skipped: [] };

test('the last line counts what passed and failed', () => {
  expect(closingLines(allPassed, 0)).toEqual({ passed: true, lines: ['3 passed, 0 failed'] });
});

test('a skipped test is named with its reason before the counts', () => {
  const summary = { ...allPassed, skipped: [{ name: 'a.test.ts > sandboxed', reason: 'bubblewrap is not installed' }] };
  expect(closingLines(summary, 0).lines).toEqual([
    'skipped: a.test.ts > sandboxed: bubblewrap is not installed',
    '3 passed, 0 failed, 1 skipped',
  ]);
});

test('a run without any passed test has failed', () => {
  expect(closingLines({ passed: 0, failed: [], skipped: [] }, 0)).toEqual({
    passed: false,
    lines: ['failed: no test ran', '0 passed, 1 failed'],
  });
});

test('a runner that ends badly although every test passed has failed', () => {
  expect(closingLines(allPassed, 1)).toEqual({
    passed: false,
    lines: ['failed: the test runner ended with exit code 1', '3 passed, 1 failed'],
  });
});

test('a runner that left no report has failed', () => {
  expect(closingLines(nothingKnown, 134).lines.at(-1)).toBe('0 passed, 1 failed');
});
