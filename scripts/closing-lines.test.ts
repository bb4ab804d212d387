import { expect, test } from 'vitest';
import { closingLines, nothingKnown } from './support/closing-lines.mjs';
import { runNode } from './testing/run-program.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const allPassed = { passed: ['a.test.ts > a', 'a.test.ts > b', 'b.test.ts > b'], failed: [], skipped: [] };

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

test('what failed, and what failed and then passed, is named with what it said before the counts', () => {
  const failed = [
    { file: 'a.test.ts', test: 'a.test.ts > c', reason: 'broken' },
    { file: 'c.test.ts', reason: 'no such module' },
  ];
  const unsteady = [{ file: 'a.test.ts', test: 'a.test.ts > a', reason: 'too late' }];
  expect(closingLines({ ...allPassed, failed, unsteady }, 1).lines).toEqual([
    'unsteady: a.test.ts > a: too late (passed when its file ran once more, alone)',
    'failed: a.test.ts > c: broken',
    'failed: c.test.ts: no such module',
    '3 passed, 2 failed',
  ]);
});

test('a run without any passed test has failed', () => {
  expect(closingLines({ passed: [], failed: [], skipped: [] }, 0)).toEqual({
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

test('the last lines of several runs are added up, and one that has none counts as failed', async () => {
  const folder = temporaryFolder({
    tests: 'skipped: a.test.ts > a: no sandbox\nunsteady: a.test.ts > b: late\n10 passed, 0 failed, 1 skipped\n',
    campaigns:
      'failed: what a test has printed\n ✓ c\nfailed: b.test.ts > b: broken\nfailed: c.test.ts > c\n3 passed, 2 failed, 4 skipped\n',
    good: '1 passed, 0 failed\n',
    broken: 'Killed\n',
    empty: '',
  });
  const sum = async (...names: readonly string[]) => {
    const { code, stdout } = await runNode(['scripts/sum-closing-lines.mjs', ...names.map((name) => `${folder}/${name}`)]);
    return { code, stdout };
  };
  expect(await sum('tests', 'good')).toEqual({ code: 0, stdout: 'unsteady: a.test.ts > b: late\n11 passed, 0 failed, 1 skipped\n' });
  expect(await sum('tests', 'campaigns')).toEqual({
    code: 1,
    stdout: 'unsteady: a.test.ts > b: late\nfailed: b.test.ts > b: broken\nfailed: c.test.ts > c\n13 passed, 2 failed, 5 skipped\n',
  });
  const uncounted = (name: string) => `failed: ${folder}/${name} ends without a line that counts its tests\n`;
  expect(await sum('good', 'broken')).toEqual({ code: 1, stdout: `${uncounted('broken')}1 passed, 1 failed\n` });
  expect(await sum('empty')).toEqual({ code: 1, stdout: `${uncounted('empty')}0 passed, 1 failed\n` });
});
