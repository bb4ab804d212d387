import { expect, test } from 'vitest';
import { bothTries, triedAgain } from './support/second-try.mjs';

const failed = (file: string, more: object = {}) => ({ file, test: `${file} > a`, reason: 'broken', ...more });
const summary = (more: object = {}) => ({ passed: [], failed: [], skipped: [], ...more });

test('the files of a few failed tests are tried again, each once', () => {
  expect(triedAgain(summary())).toEqual([]);
  const tests = [failed('src/a.test.ts'), failed('src/a.test.ts', { test: 'src/a.test.ts > b' }), failed('test/e2e/b.test.ts')];
  expect(triedAgain(summary({ failed: tests }))).toEqual(['src/a.test.ts', 'test/e2e/b.test.ts']);
  expect(triedAgain(summary({ failed: ['a', 'b', 'c', 'd'].map((name) => failed(name)) }))).toEqual([]);
});

test.each([
  ['a seed was found', failed('src/a.test.ts', { isFoundBySeed: true })],
  ['a test searches for what is rare', failed('test/chaos/a.test.ts')],
  ['nobody knows where it came from', { reason: 'unhandled error: nobody waits for this' }],
  ['the run was interrupted', { test: 'src/a.test.ts > a', reason: 'did not end' }],
])('nothing is tried again where %s, not even what failed beside it', (_why, found) => {
  expect(triedAgain(summary({ failed: [failed('src/b.test.ts'), found] }))).toEqual([]);
});

test('what passes in the second try is unsteady and counts as passed; what fails again, or did not run, has failed', () => {
  const [one, two, gone] = [failed('one.test.ts'), failed('two.test.ts'), failed('three.test.ts')];
  const first = summary({ passed: ['one.test.ts > b', 'four.test.ts > a'], failed: [one, two, gone] });
  const another = failed('two.test.ts', { test: 'two.test.ts > c', reason: 'broken as well' });
  const second = summary({
    passed: ['one.test.ts > a', 'one.test.ts > b', 'two.test.ts > b', 'three.test.ts > b'],
    failed: [two, another],
    skipped: [{ name: 'one.test.ts > d', reason: 'no sandbox' }],
  });
  expect(bothTries(first, second)).toEqual({
    passed: ['one.test.ts > b', 'four.test.ts > a', 'one.test.ts > a'],
    failed: [two, gone, another],
    skipped: [{ name: 'one.test.ts > d', reason: 'no sandbox' }],
    unsteady: [one],
  });
});

test('a file that could not be loaded, and then could, has passed with its tests', () => {
  const broken = { file: 'one.test.ts', reason: 'no such module' };
  const tests = ['one.test.ts > a', 'one.test.ts > b'];
  expect(bothTries(summary({ failed: [broken] }), summary({ passed: tests }))).toMatchObject({
    passed: tests,
    failed: [],
    unsteady: [broken],
  });
  expect(bothTries(summary({ failed: [broken] }), summary())).toMatchObject({ failed: [broken], unsteady: [] });
});

test('a file of which nothing runs in the second try has failed, whatever passes beside it', () => {
  const broken = { file: 'one.test.ts', reason: 'no database' };
  const first = summary({ failed: [broken, failed('two.test.ts')] });
  const second = summary({ passed: ['two.test.ts > a'], skipped: [{ name: 'one.test.ts > a', reason: 'no database' }] });
  expect(bothTries(first, second)).toMatchObject({ passed: ['two.test.ts > a'], failed: [broken], unsteady: [failed('two.test.ts')] });
});

test('a file whose last step failed is counted once when it holds', () => {
  const broken = { file: 'one.test.ts', reason: 'not closed' };
  const passed = ['one.test.ts > a'];
  expect(bothTries(summary({ passed, failed: [broken] }), summary({ passed }))).toMatchObject({ passed, failed: [], unsteady: [broken] });
});

test('a second try that ended badly as a whole mends nothing', () => {
  const first = summary({ failed: [failed('one.test.ts')] });
  const late = { reason: 'unhandled error: late' };
  const second = summary({ passed: ['one.test.ts > a'], failed: [late] });
  expect(bothTries(first, second)).toMatchObject({ passed: [], failed: [...first.failed, late], unsteady: [] });
});
