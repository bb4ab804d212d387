import { expect, test } from 'vitest';
import { isNamedAsTest, isStartedByRunners, liesAmongTests } from './test-paths.ts';

test.each([
  ['src/add.test.js', true, false, true],
  ['src/add.specs.ts', true, false, true],
  ['src/add-test.mjs', true, false, true],
  ['test.js', true, false, true],
  ['tests/test_add.py', true, true, true],
  ['prices/add_test.go', true, false, true],
  ['src/test/java/AddTest.java', true, true, true],
  ['Prices.Tests/AddTests.cs', true, true, true],
  ['tests/whole.rs', false, true, true],
  ['test/add.js', false, true, true],
  ['test/unit/helpers.js', false, true, false],
  ['test/__snapshots__/page.test.js.snap', true, true, false],
  ['test.config.json', true, false, false],
  ['src/specs.ts', false, false, false],
  ['src/latest.js', false, false, false],
  ['src/contest/add.js', false, false, false],
  ['src/Unit.java', false, false, false],
])('%s is named as a test: %s; lies among tests: %s; is what runners start with: %s', (path, isNamed, liesThere, isStarted) => {
  expect([isNamedAsTest(path), liesAmongTests(path), isStartedByRunners(path)]).toEqual([isNamed, liesThere, isStarted]);
});
