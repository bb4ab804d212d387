import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identify } from './case-ids.ts';
import { parseClippy } from './clippy.ts';
import { parseCobertura } from './cobertura.ts';
import { parseGoTest } from './go-test.ts';
import { parseJunit } from './junit.ts';
import { parseLcov } from './lcov.ts';
import { parseLines } from './lines.ts';
import { parseLocatedLines } from './located-lines.ts';
import type { ParsedReport } from './parsed-report.ts';
import { parseRuff } from './ruff.ts';
import { parseSarif } from './sarif.ts';
import { parseTap } from './tap.ts';
import * as samples from './testing/samples.ts';
import { parseTrx } from './trx.ts';
import { parseUnformatted } from './unformatted.ts';

/** Ids with how each ended, one a line. */
function told(report: ParsedReport | undefined): readonly string[] {
  return identify(report?.cases ?? [], '/x').map(({ id, status }) => `${status}: ${id}`);
}

describe('JUnit XML', () => {
  test('of pytest is told apart by class, and an error in a fixture is a failure', () => {
    expect(told(parseJunit(samples.junitOfPytest))).toEqual([
      'passed: pytest > test_a > test_ok',
      'failed: pytest > test_a > test_param[2]',
      'skipped: pytest > test_a > test_skip',
      'failed: pytest > test_a > test_bad',
      'passed: pytest > test_a.TestC > test_ok',
    ]);
  });

  test('of Maven: what passed when it was run again has passed, what failed each time has failed', () => {
    const report = parseJunit(samples.junitOfSurefire);
    expect(told(report)).toEqual([
      'passed: x.AdderTest > adds',
      'failed: x.AdderTest > fails',
      'skipped: x.AdderTest > later',
      'passed: x.AdderTest > flaky',
      'failed: x.AdderTest > never',
    ]);
    expect(report?.cases[1]?.message).toBe('sum expected:<4> but was:<3>');
  });

  test('may hold a document type in the text of a failure, where it is only text', () => {
    const failure = '<![CDATA[expected <!DOCTYPE html>]]>';
    const report = parseJunit(
      `<testsuite name="s"><testcase name="a"><failure>${failure}</failure></testcase><!-- <!DOCTYPE a> --></testsuite>`,
    );
    expect(report?.cases).toMatchObject([{ status: 'failed', message: 'expected <!DOCTYPE html>' }]);
    expect(parseJunit(`<testsuite name="s"><!DOCTYPE a><testcase name="a"/></testsuite>`)).toBeUndefined();
    expect(parseJunit(`<!-- <![CDATA[ --><!DOCTYPE a><testsuite name="s"/><!-- ]]> -->`)).toBeUndefined();
  });

  test('with an error of a suite alone is a failed test', () => {
    expect(told(parseJunit('<testsuite name="s"><testcase name="a"/><error message="set-up"/></testsuite>'))).toEqual([
      'passed: s > a',
      'failed: s',
    ]);
  });
});

describe('TAP', () => {
  test('of node:test: the line that closes a subtest is no test, unless it told of none', () => {
    const report = parseTap(samples.tapOfNode);
    expect(report?.complete).toBe(true);
    expect(told(report)).toEqual([
      'passed: outer > adds',
      'failed: outer > fails',
      'skipped: outer > later',
      'skipped: outer > some day',
      'passed: alone',
    ]);
  });

  test('keeps what a failure says', () => {
    expect(parseTap(samples.tapOfNode)?.cases[1]?.message).toBe('no');
  });

  test('a subtest that failed although its tests passed is a failed test', () => {
    const text = 'TAP version 14\n# Subtest: a\n    ok 1 - b\n    1..1\nnot ok 1 - a\n1..1\n';
    expect(told(parseTap(text))).toEqual(['passed: a > b', 'failed: a']);
  });

  test.each([
    ['a plan that asks for more', '1..3\nok 1 - a\nok 2 - b\n'],
    ['no plan', 'TAP version 13\nok 1 - a\n'],
    ['a bail out', '1..2\nok 1 - a\nBail out! broken\n'],
    ['more tests than were planned', '1..1\nok 1 - a\nok 2 - b\n'],
    ['a subtest that is cut off', 'TAP version 14\n# Subtest: a\n    ok 1 - b\n'],
  ])('%s makes it incomplete', (_, text) => {
    expect(parseTap(text)).toMatchObject({ complete: false });
  });

  test.each([
    ['a bail out after passing tests', '1..2\nok 1 - a\nok 2 - b\nBail out!\n', false],
    ['a plan at the end', 'ok 1 - a\nok 2 - b\n1..2\n', true],
    ['nothing to run', '1..0 # skip no database\n', true],
  ])('%s', (_, text, complete) => {
    expect(parseTap(text)?.complete).toBe(complete);
  });
});

describe('go test -json', () => {
  test('tells tests and subtests, packages that were not built, and what a failure says', () => {
    const report = parseGoTest(samples.goTest);
    expect(report?.complete).toBe(true);
    expect(told(report)).toEqual([
      'passed: example.com/adder > TestAdds',
      'failed: example.com/adder > TestFails',
      'skipped: example.com/adder > TestSkips',
      'failed: example.com/adder > TestSub',
      'passed: example.com/adder > TestSub > one_case',
      'failed: example.com/adder > TestSub > two',
      'failed: example.com/adder/broken > (whole file)',
    ]);
    expect(report?.cases[1]?.message).toBe('a_test.go:6: wrong sum');
  });

  test('a printed line that looks like the end of a test contradicts its real end, and the test has failed', () => {
    expect(told(parseGoTest(samples.goTestForged))).toContain('failed: example.com/adder > TestFails');
  });

  test('a test that leaves the process makes it incomplete', () => {
    const report = parseGoTest(samples.goTestLeft);
    expect(report).toMatchObject({ complete: false, cases: [{ names: ['example.com/adder/sub', 'TestBefore'] }] });
  });

  test('says what the compiler said, as Go 1.24 tells it', () => {
    const text = [
      { ImportPath: 'a/b [a/b.test]', Action: 'build-output', Output: 'b_test.go:3:2: undefined: x\n' },
      { ImportPath: 'a/b [a/b.test]', Action: 'build-fail' },
      { Action: 'fail', Package: 'a/b', Elapsed: 0, FailedBuild: 'a/b [a/b.test]' },
    ];
    const report = parseGoTest(text.map((line) => JSON.stringify(line)).join('\n'));
    expect(report?.cases).toMatchObject([{ names: ['a/b', '(whole file)'], message: 'b_test.go:3:2: undefined: x' }]);
  });
});

test('TRX tells tests of .NET, and a run that was broken off is incomplete', () => {
  const report = parseTrx(samples.trx);
  expect(told(report)).toEqual(['passed: X.AdderTest.Adds', 'failed: X.AdderTest.Fails', 'skipped: X.AdderTest.Later']);
  expect(report).toMatchObject({ complete: true, cases: [{ durationMs: 1_500 }, { message: 'Assert.Equal() Failure' }, {}] });
  expect(parseTrx(samples.trx.replace('outcome="Completed"', 'outcome="Aborted"'))?.complete).toBe(false);
});

test('the lines of our own programs are complete when every task that began has ended', () => {
  const one = '{"start":true}\n{"names":["a"],"file":"/x/a.py","status":"passed"}\n';
  expect(parseLines(`${one}{"end":true}\n`)).toMatchObject({ complete: true, cases: [{ names: ['a'] }] });
  expect(parseLines(`${one}{"end":true}\n${one}`)).toMatchObject({ complete: false });
  expect(parseLines(one.slice(15))).toBeUndefined();
});

describe('findings', () => {
  test('of SARIF come without what is suppressed, and with the level of their rule', () => {
    expect(parseSarif(samples.sarif)).toEqual([
      { rule: 'E1', path: 'src/a b.py', line: 3, severity: 'error', message: 'Unused.' },
      { rule: 'W1', path: 'src/b.py', line: 0, severity: 'warning', message: 'Long.' },
    ]);
  });

  test('of ruff', () => {
    expect(parseRuff(samples.ruff)).toEqual([
      { rule: 'F401', path: '/x/a.py', line: 1, severity: 'error', message: '`os` imported but unused' },
      { rule: 'invalid-syntax', path: '/x/b.py', line: 2, severity: 'error', message: 'Expected an expression' },
    ]);
  });

  test('of clippy are told once, and only when the build has ended', () => {
    expect(parseClippy(samples.clippy)).toEqual([
      { rule: 'clippy::needless_return', path: 'src/lib.rs', line: 1, severity: 'warning', message: 'unneeded `return` statement' },
    ]);
    expect(parseClippy(samples.clippy.replace('build-finished', 'x'))).toBeUndefined();
  });

  test('of tools that print a line for each', () => {
    const text = `./a.go:4:2: Printf format %d has arg "x" of wrong type string
a.py:3: error: Incompatible return value type (got "str", expected "int")  [return-value]
a.py:3: note: See the documentation
b.py:10:80: W291 trailing whitespace
Found 1 error in 1 file (checked 1 source file)`;
    expect(parseLocatedLines(text, 'vet')).toMatchObject([
      { rule: 'vet', path: 'a.go', line: 4, severity: 'error' },
      { rule: 'return-value', path: 'a.py', line: 3, severity: 'error' },
      { rule: 'W291', path: 'b.py', line: 10, severity: 'warning' },
    ]);
    expect(parseLocatedLines('all is well', 'vet')).toBeUndefined();
  });
});

test('files that are not formatted', () => {
  const printed =
    'would reformat a.py\nWould reformat: b.py\nDiff in /x/src/lib.rs:3:\n[warn] c.ts\n\nOh no!\n2 files would be reformatted.';
  expect(parseUnformatted(printed, { paths: false })).toEqual(['a.py', 'b.py', '/x/src/lib.rs', 'c.ts']);
  expect(parseUnformatted('a.go\nsub/b.go\n', { paths: true })).toEqual(['a.go', 'sub/b.go']);
});

describe('coverage', () => {
  test('of LCOV: a line that ran once ran, whichever test ran it', () => {
    expect(parseLcov(samples.lcov)).toEqual([
      { path: 'src/a.js', executable: [1, 2, 4], executed: [1, 4] },
      { path: 'src/b.js', executable: [1], executed: [] },
    ]);
    expect(parseLcov(samples.lcov.slice(0, -20))).toBeUndefined();
  });

  test('of Cobertura: files lie in its source folder', () => {
    expect(parseCobertura(samples.cobertura)).toEqual([{ path: '/x/src/a.py', executable: [1, 2, 5], executed: [1, 5] }]);
    expect(parseCobertura(samples.cobertura.replace('coverage-04.dtd"', 'coverage-04.dtd" [<!ENTITY a "b">]'))).toBeUndefined();
  });
});

describe('whatever the text is', () => {
  const parsers: Readonly<Record<string, (text: string) => unknown>> = {
    junit: parseJunit,
    trx: parseTrx,
    tap: parseTap,
    go: parseGoTest,
    lines: parseLines,
    sarif: parseSarif,
    ruff: parseRuff,
    clippy: parseClippy,
    located: (text) => parseLocatedLines(text, 'x'),
    lcov: parseLcov,
    cobertura: parseCobertura,
  };
  const every = Object.values(samples);
  const mangled = fc
    .tuple(fc.constantFrom(...every), fc.nat(), fc.nat(200), fc.string({ maxLength: 20 }))
    .map(([text, at, length, other]) => text.slice(0, at % text.length) + other + text.slice((at % text.length) + length));
  const truncated = fc.tuple(fc.constantFrom(...every), fc.nat()).map(([text, at]) => text.slice(0, at % text.length));
  const nested = fc
    .constantFrom('<testsuite name="a">', '[', '{"a":', '    '.repeat(20))
    .map((piece) => piece.repeat(20_000 / piece.length));

  test.each(Object.entries(parsers))('%s never throws, and other formats are no report of it', (_, parse) => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), mangled, truncated, nested), (text) => {
        parse(text);
      }),
      { numRuns: 150 },
    );
    const ownSamples = every.filter((text) => parse(text) !== undefined);
    expect(ownSamples.length).toBeGreaterThan(0);
    expect(ownSamples.length).toBeLessThanOrEqual(3);
    expect(parse('')).toBeUndefined();
    expect(parse('all 10 tests passed')).toBeUndefined();
  });
});
