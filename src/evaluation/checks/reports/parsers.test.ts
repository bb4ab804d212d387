import { expect, test } from 'vitest';
import { identify } from './case-ids.ts';
import { parseJest } from './jest.ts';
import { parseJunit } from './junit.ts';
import { countPrinted } from './lint-counts.ts';
import { parseBiome, parseEslint, parseOxlint } from './lint.ts';
import { parseMocha } from './mocha.ts';
import { parseNodeTest } from './node-test.ts';

test('JUnit suites lie in suites, and a failure or an error is a failed test', () => {
  const report = parseJunit(`<?xml version="1.0"?>
<testsuites name="all">
  <testsuite name="outer" file="src/a.test.js">
    <testcase name="passes" time="0.25"/>
    <testsuite name="in&amp;ner">
      <testcase name="fails" time="x"><failure message="1 == 2">trace</failure></testcase>
      <testcase name="breaks" file="src/b.test.js"><error>thrown</error></testcase>
      <testcase name="later"><skipped/></testcase>
    </testsuite>
  </testsuite>
  <testcase name="alone" classname="c"/>
</testsuites>`);
  expect(identify(report?.cases ?? [], '/x')).toEqual([
    { id: 'src/a.test.js > outer > passes', file: 'src/a.test.js', status: 'passed', durationMs: 250 },
    { id: 'src/a.test.js > outer > in&ner > fails', file: 'src/a.test.js', status: 'failed', message: '1 == 2' },
    { id: 'src/b.test.js > outer > in&ner > breaks', file: 'src/b.test.js', status: 'failed', message: 'thrown' },
    { id: 'src/a.test.js > outer > in&ner > later', file: 'src/a.test.js', status: 'skipped' },
    { id: 'c > alone', status: 'passed' },
  ]);
});

test.each([
  ['an entity bomb', '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuites><testcase name="&b;"/></testsuites>'],
  ['half a report', '<testsuites><testcase name="a"/>'],
  ['another document', '<html><body/></html>'],
  ['no XML', 'all 10 tests passed'],
  ['nothing', ''],
])('%s is no JUnit report', (_, text) => {
  expect(parseJunit(text)).toBeUndefined();
});

test('a file that jest or vitest could not load is one failed test', () => {
  const report = parseJest({ testResults: [{ name: '/x/a.test.js', status: 'failed', message: 'SyntaxError', assertionResults: [] }] });
  expect(identify(report?.cases ?? [], '/x')).toEqual([
    { id: 'a.test.js > (whole file)', file: 'a.test.js', status: 'failed', message: 'SyntaxError' },
  ]);
});

test('a file of node:test that told of no test is known as a whole, wherever it lies', () => {
  const of = (name: string) => JSON.stringify({ names: [name], file: '/x/a.test.js', suite: false, status: 'failed' });
  for (const name of ['/x/a.test.js', 'a.test.js', './a.test.js']) {
    expect(identify(parseNodeTest(of(name)).cases, '/x'), name).toMatchObject([{ id: 'a.test.js > (whole file)' }]);
  }
  expect(identify(parseNodeTest(of('test.js')).cases, '/x')).toMatchObject([{ id: 'a.test.js > test.js' }]);
});

test('an interrupted jest run is incomplete', () => {
  expect(parseJest({ wasInterrupted: true, testResults: [] })).toEqual({ cases: [], complete: false });
});

test('a hook that fails in mocha is a failed test', () => {
  const failure = { title: '"before all" hook', fullTitle: 'suite "before all" hook', file: '/x/a.js', err: { message: 'no' } };
  const report = parseMocha({ stats: { tests: 0 }, tests: [], pending: [], passes: [], failures: [failure] });
  expect(report).toMatchObject({ complete: true, cases: [{ names: ['suite "before all" hook'], status: 'failed', message: 'no' }] });
});

test.each([[undefined], [null], [{}], [[]], ['text'], [{ testResults: 3 }], [{ tests: [{}] }]])(
  '%j is neither a jest nor a mocha report',
  (value) => {
    expect(parseJest(value)).toBeUndefined();
    expect(parseMocha(value)).toBeUndefined();
  },
);

test('a node:test report that is cut off keeps the tests before the cut and is incomplete', () => {
  const line = JSON.stringify({ names: ['a'], file: '/x/a.js', suite: false, status: 'passed' });
  expect(parseNodeTest(`{"start":true}\n${line}\n${line.slice(0, 20)}`)).toMatchObject({ complete: false, cases: [{ names: ['a'] }] });
  expect(parseNodeTest(`{"start":true}\n${line}\n{"end":true}\n`)).toMatchObject({ complete: true });
});

test('a suite is a test only when it failed for a reason of its own', () => {
  const suite = (failureType: string) => JSON.stringify({ names: ['s'], suite: true, status: 'failed', failureType });
  expect(parseNodeTest(suite('subtestsFailed')).cases).toEqual([]);
  expect(parseNodeTest(suite('hookFailed')).cases).toMatchObject([{ names: ['s'], status: 'failed' }]);
});

test('eslint tells each finding; a file that cannot be parsed has one without a rule', () => {
  const messages = [
    { ruleId: 'no-undef', severity: 2, message: 'x is not defined.', line: 3 },
    { ruleId: null, severity: 1, message: 'Unused directive.' },
  ];
  expect(parseEslint(JSON.stringify([{ filePath: '/x/a.js', messages }]))).toEqual([
    { rule: 'no-undef', path: '/x/a.js', line: 3, severity: 'error', message: 'x is not defined.' },
    { rule: 'eslint', path: '/x/a.js', line: 0, severity: 'warning', message: 'Unused directive.' },
  ]);
  expect(parseEslint('oops')).toBeUndefined();
});

test('oxlint and biome are read from among what else was printed', () => {
  const oxlint = `> p@1 lint\n{ "diagnostics": [{"severity":"error","code":"a(b)","message":"}{","filename":"a.js","labels":[{"span":{"line":2}}]},
{"severity":"warning","message":"m"}],\n"n": 1 }\ntrailing`;
  expect(parseOxlint(oxlint)).toEqual([
    { rule: 'a(b)', path: 'a.js', line: 2, severity: 'error', message: '}{' },
    { rule: 'oxlint', path: '', line: 0, severity: 'warning', message: 'm' },
  ]);
  const diagnostics = [
    { severity: 'error', category: 'lint/a', message: 'one', location: { path: 'a.js', start: { line: 2 } } },
    { severity: 'warning', category: 'format', description: 'two', location: { path: { file: 'b.js' } } },
    { severity: 'information', category: 'lint/b', message: 'no complaint' },
  ];
  expect(parseBiome(`\u001B[0m${JSON.stringify({ summary: {}, diagnostics, command: 'check' })}\u001B[0m\n`)).toEqual([
    { rule: 'lint/a', path: 'a.js', line: 2, severity: 'error', message: 'one' },
    { rule: 'format', path: 'b.js', line: 0, severity: 'warning', message: 'two' },
  ]);
  expect(parseBiome(oxlint)).toBeUndefined();
  expect(parseOxlint('{\n'.repeat(100_000))).toBeUndefined();
});

test('a linter that is not known is counted by its closing lines', () => {
  expect(countPrinted('> lint\n\n✖ 5 problems (2 errors, 3 warnings)\n')).toEqual({ errors: 2, warnings: 3 });
  expect(countPrinted('Found 3 warnings and 1 error.')).toEqual({ errors: 1, warnings: 3 });
  expect(countPrinted('Found 2 errors.\nFound 1 warning.')).toEqual({ errors: 2, warnings: 1 });
  expect(countPrinted('all fine')).toBeUndefined();
});

test('a test that was broken off is a failure, unless the whole run was ended', () => {
  const line = JSON.stringify({ names: ['a'], suite: false, status: 'failed', failureType: 'cancelledByParent' });
  expect(parseNodeTest(line).cases).toHaveLength(1);
  expect(parseNodeTest(line, true).cases).toEqual([]);
});
