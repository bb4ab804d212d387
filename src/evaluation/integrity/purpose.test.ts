import { expect, test } from 'vitest';
import { add, all, append, edit, judgeEdit, remove, type Edit, type Files } from '../testing/changed-project.ts';
import { baseOf, checked, reported } from '../testing/evidence.ts';
import { javascript as js, python } from '../testing/small-projects.ts';
import { purposeOf, reasonsAgainstNewTests } from './purpose.ts';

const t = 'test/price.test.js';
const p = 'tests/test_price.py';
const rules = async (files: Files, change: Edit) => (await judgeEdit(files, change, 'tests')).findings.map(({ rule }) => rule);

test('only an issue about tests has tests for its purpose', () => {
  expect((['bug', 'feature', 'refactor', 'docs', 'test', 'chore'] as const).map(purposeOf)).toEqual([
    'code',
    'code',
    'code',
    'code',
    'tests',
    'code',
  ]);
});

test.each<[string, Files, Edit]>([
  ['a test is added', js, append(t, "\ntest('more', () => { expect(price(0, 1)).toBe(0); });\n")],
  ['an assertion is written anew', js, edit(t, 'toBe(15)', 'toEqual(15)')],
  ['inputs are chosen anew', js, edit(t, 'price(3, each)).toBe(15)', 'price(4, each)).toBe(20)')],
  ['a helper is written anew', js, edit('test/helpers.js', 'each = 5', 'each = 2 + 3')],
  ['a file of tests and notes are added', js, all(add('test/b.test.js', "test('b', () => {});\n"), edit('README.md', 'Prices', 'Costs'))],
  ['Python: an assertion is written anew', python, edit(p, 'price(17) == 68', 'price(18) == 72')],
])('a change for tests may do this: %s', async (_, files, change) => {
  expect(await rules(files, change)).toEqual([]);
});

test.each<[string, Files, Edit, string]>([
  ['source changes', js, edit('src/price.js', '0.8', '0.9'), 'source-changed'],
  ['source is added', js, add('src/new.js', ''), 'source-changed'],
  ['a test is gone', js, edit(t, "test('a few", "void ('a few"), 'test-weakened'],
  ['a file of tests is gone', js, remove(t), 'test-deleted'],
  ['a test is skipped', js, edit(t, "test('a few", "test.skip('a few"), 'test-skipped'],
  ['a test has fewer assertions', js, edit(t, '  expect(price(17, 3)).toBe(40.8);\n', ''), 'test-weakened'],
  ['an assertion says what is true by itself', js, edit(t, 'expect(price(3, each)).toBe(15)', 'expect(true).toBe(true)'), 'test-weakened'],
  ['what was recorded is rewritten', js, edit('test/__snapshots__/page.test.js.snap', '<p>2</p>', ''), 'snapshot-rewritten'],
  ['the test command changes', js, edit('package.json', 'vitest run', 'true'), 'test-command-changed'],
  ['Python: an assertion says what is true by itself', python, edit(p, 'assert price(17) == 68', 'assert True'), 'test-weakened'],
])('a change for tests may not do this: %s', async (_, files, change, rule) => {
  expect(await rules(files, change)).toContain(rule);
});

test('a new test passes on the code as it is, or fails for what the issue names', () => {
  const base = baseOf({ tests: reported({ 'a.test.js > old': 'passed' }) });
  const ended = (message: string) => {
    const tests = reported({ 'a.test.js > old': 'passed', 'a.test.js > price of many': 'failed' });
    const cases = tests.kind === 'reported' ? tests.cases.map((one) => (one.status === 'failed' ? { ...one, message } : one)) : [];
    return checked({ tests: { ...tests, cases } as typeof tests });
  };
  expect(reasonsAgainstNewTests(base, ended('AssertionError: expected 50 to be 40'), ['price'])).toEqual([]);
  expect(reasonsAgainstNewTests(base, ended('AssertionError: expected 50 to be 40'), ['label'])).toEqual([
    'Its new test fails on the code as it is, and not for what the issue names: a.test.js > price of many (AssertionError: expected 50 to be 40).',
  ]);
  expect(reasonsAgainstNewTests(base, ended('TypeError: price is not a function'), ['price'])).toHaveLength(1);
  expect(
    reasonsAgainstNewTests(base, checked({ tests: reported({ 'a.test.js > old': 'passed', 'a.test.js > new': 'passed' }) }), []),
  ).toEqual([]);
});
