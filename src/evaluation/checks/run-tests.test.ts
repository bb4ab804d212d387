import { expect, test } from 'vitest';
import { casesOf } from '../test-outcomes.ts';
import { testProject } from '../testing/project.ts';
import { runTests } from './run-tests.ts';

const nodeTests = `
import { test, describe, it } from 'node:test';
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
test('adds', () => assert.equal(1 + 1, 2));
test('adds', () => assert.equal(1 + 1, 2));
describe('outer', () => {
  it('fails', () => assert.equal(1, 2));
  it.skip('skipped', () => {});
  it.todo('later');
  describe('deep > er', () => it('q "<&>"', () => {}));
});
test('parent', async (t) => { await t.test('child', () => {}); });
test('starts a runner of its own', () => {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  spawnSync(process.execPath, ['--test', 'inner.js'], { env });
});
`;

test('node:test reports files, suites and titles, skipped and doubled tests, and nothing of runners that tests start', async () => {
  await using project = await testProject({
    'package.json': { type: 'module', scripts: { test: 'echo 10 passed && node --test && echo done' } },
    'test/a.test.js': nodeTests,
    'test/b.test.js': `throw new Error('cannot load');`,
    'inner.js': `import { test } from 'node:test'; test('inner', () => { throw new Error('inner') });`,
  });
  const evidence = await runTests(await project.setting());
  expect(evidence).toMatchObject({ kind: 'reported', runner: 'node:test', exitCode: 1, notes: [] });
  expect(Object.fromEntries(casesOf(evidence).map((entry) => [entry.id, entry.status]))).toEqual({
    'test/a.test.js > adds': 'passed',
    'test/a.test.js > adds (2)': 'passed',
    'test/a.test.js > outer > fails': 'failed',
    'test/a.test.js > outer > skipped': 'skipped',
    'test/a.test.js > outer > later': 'skipped',
    'test/a.test.js > outer > deep > er > q "<&>"': 'passed',
    'test/a.test.js > parent > child': 'passed',
    'test/a.test.js > parent': 'passed',
    'test/a.test.js > starts a runner of its own': 'passed',
    'test/b.test.js > (whole file)': 'failed',
  });
  expect(casesOf(evidence).find((entry) => entry.id.endsWith('outer > fails'))?.message).toContain('1 == 2');
});

const commonTests = (header: string, suite: string) => `${header}
${suite}('outer', () => {
  it('passes', () => {});
  it('fails', () => { throw new Error('boom'); });
  it.skip('skipped', () => {});
  ${suite}('inner', () => { it('twice', () => {}); it('twice', () => {}); });
});
`;

const commonOutcome = (file: string, separator: string) => ({
  [`${file} > outer${separator}passes`]: 'passed',
  [`${file} > outer${separator}fails`]: 'failed',
  [`${file} > outer${separator}skipped`]: 'skipped',
  [`${file} > outer${separator}inner${separator}twice`]: 'passed',
  [`${file} > outer${separator}inner${separator}twice (2)`]: 'passed',
});

test.each([
  {
    runner: 'vitest',
    script: 'vitest run --root . && echo never',
    file: 'a.test.js',
    text: commonTests(`import { describe, it } from 'vitest';`, 'describe'),
    separator: ' > ',
  },
  { runner: 'jest', script: 'true && jest', file: 'a.test.js', text: commonTests('', 'describe'), separator: ' > ' },
  { runner: 'mocha', script: 'mocha -- "*.spec.cjs"', file: 'a.spec.cjs', text: commonTests('', 'describe'), separator: ' ' },
])('$runner reports every test under a name that stays the same', async ({ runner, script, file, text, separator }) => {
  await using project = await testProject({ 'package.json': { scripts: { test: script } }, [file]: text });
  const evidence = await runTests(await project.setting());
  expect(evidence).toMatchObject({ kind: 'reported', runner, notes: [] });
  expect(Object.fromEntries(casesOf(evidence).map((entry) => [entry.id, entry.status]))).toEqual(commonOutcome(file, separator));
  expect(casesOf(evidence).find((entry) => entry.status === 'failed')?.message).toContain('boom');
});

test.each([
  {
    runner: 'ava',
    script: 'ava && echo never',
    text: `import test from 'ava';
test('passes', (t) => { console.log('ok 1 - printed'); t.pass(); });
test('fails', (t) => { t.is(1, 2); });
test.skip('skipped', (t) => { t.pass(); });`,
    outcome: { passes: 'passed', fails: 'failed', skipped: 'skipped' },
  },
  {
    runner: 'tap',
    script: 'tape a.test.js',
    text: `import test from 'tape';
test('adds', (t) => { console.log('ok 1 - printed'); t.equal(1 + 1, 2, 'two'); t.equal(1, 2, 'three'); t.end(); });`,
    outcome: { two: 'passed', three: 'failed' },
  },
  {
    runner: 'tap',
    script: 'node a.test.js | cat && exit 4',
    text: `import test from 'tape';
test('adds', (t) => { t.ok(true, 'fine'); t.end(); });`,
    outcome: { fine: 'passed' },
  },
])('$runner reports by TAP of its own, whatever its tests print: $script', async ({ runner, script, text, outcome }) => {
  await using project = await testProject({ 'package.json': { type: 'module', scripts: { test: script } }, 'a.test.js': text });
  const evidence = await runTests(await project.setting());
  expect(evidence).toMatchObject({ kind: 'reported', runner });
  expect(evidence).not.toHaveProperty('incomplete');
  expect(Object.fromEntries(casesOf(evidence).map((entry) => [entry.id.split(' > ').at(-1), entry.status]))).toEqual(outcome);
});
