import { expect, test } from 'vitest';
import { identify } from './case-ids.ts';
import { parseJest } from './jest.ts';
import { parseJunit } from './junit.ts';
import { parseEslint, parseLintOutput } from './lint.ts';
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

test('linters are counted by their JSON or by their closing lines', () => {
  expect(parseEslint('[{"errorCount":1,"warningCount":2},{"errorCount":0,"warningCount":3}]')).toEqual({ errors: 1, warnings: 5 });
  expect(parseEslint('oops')).toBeUndefined();
  expect(parseLintOutput('> lint\n\n✖ 5 problems (2 errors, 3 warnings)\n')).toEqual({ errors: 2, warnings: 3 });
  expect(parseLintOutput('Found 3 warnings and 1 error.')).toEqual({ errors: 1, warnings: 3 });
  expect(parseLintOutput('Found 2 errors.\nFound 1 warning.')).toEqual({ errors: 2, warnings: 1 });
  expect(parseLintOutput('> p@1 lint\n{ "diagnostics": [{"severity":"error"},{"severity":"warning"}] }\n')).toEqual({
    errors: 1,
    warnings: 1,
  });
  expect(parseLintOutput('all fine')).toBeUndefined();
});

test('a test that was broken off is a failure, unless the whole run was ended', () => {
  const line = JSON.stringify({ names: ['a'], suite: false, status: 'failed', failureType: 'cancelledByParent' });
  expect(parseNodeTest(line).cases).toHaveLength(1);
  expect(parseNodeTest(line, true).cases).toEqual([]);
});
