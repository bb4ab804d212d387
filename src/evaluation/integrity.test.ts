import { expect, test } from 'vitest';
import type { FileChange } from '../domain/change.ts';
import { findIntegrity } from './integrity.ts';
import { baseOf, checked, reported } from './testing/evidence.ts';

type Versions = Readonly<Record<string, readonly [before: string | undefined, after: string | undefined]>>;

async function rules(versions: Versions, more: { patch?: string; kind?: FileChange['kind']; from?: string } = {}): Promise<string[]> {
  const files = Object.entries(versions).map(([path, [before, after]]): FileChange => ({
    path,
    ...(more.from === undefined ? {} : { from: more.from }),
    status: before === undefined ? 'added' : after === undefined ? 'deleted' : more.from === undefined ? 'modified' : 'renamed',
    addedLines: 1,
    removedLines: 1,
    binary: false,
    kind: more.kind ?? 'file',
  }));
  const tests = reported({ 'test/a.test.js > a': 'passed' });
  const findings = await findIntegrity({
    change: { files },
    patch: more.patch ?? '',
    before: (path) => Promise.resolve(versions[path === more.from ? (files[0]?.path ?? '') : path]?.[0]),
    after: (path) => Promise.resolve(versions[path]?.[1]),
    base: baseOf({ tests }),
    check: checked({ tests }),
  });
  expect(findings.every(({ detail }) => detail.endsWith('.'))).toBe(true);
  return findings.map(({ rule }) => rule);
}

const original = `
import { test } from 'node:test';
import assert from 'node:assert';
const wanted = 3;
test('adds', () => {
  const sum = 1 + 2;
  assert.equal(sum, wanted);
});
test('expects', async () => {
  await expect(load()).resolves.toBe('x');
});
`;

const path = 'test/a.test.js';

test.each([
  ['a new test beside the old ones', `${original}\ntest('more', () => { assert.ok(true); });`],
  ['a new assertion in an old test', original.replace('const sum', 'assert.ok(1);\n  const sum')],
  ['another layout, other quotes, a comment', original.replaceAll("'", '"').replace('const wanted = 3;', '// three\nconst wanted  =  3')],
  ['another import', original.replace(`'node:assert'`, `'node:assert/strict'`)],
])('%s is welcome', async (_, after) => {
  expect(await rules({ [path]: [original, after] })).toEqual([]);
});

test.each([
  ['an assertion is removed', original.replace('  assert.equal(sum, wanted);\n', '')],
  ['an expectation is changed', original.replace('toBe(', 'not.toBe(')],
  ['the value expected is changed', original.replace('wanted = 3', 'wanted = 4')],
  ['the input is changed', original.replace('1 + 2', '2 + 2')],
  [
    'an assertion is put under a condition',
    original.replace('assert.equal(sum, wanted);', 'if (sum === wanted) assert.equal(sum, wanted);'),
  ],
  ['an assertion is wrapped in a try', original.replace('assert.equal(sum, wanted);', 'try { assert.equal(sum, wanted); } catch {}')],
  ['a test is removed', original.slice(0, original.indexOf("test('expects'"))],
  ['a test is renamed', original.replace("'adds'", "'does not add'")],
  ['an assertion is commented out', original.replace('  assert.equal', '  // assert.equal')],
  ['the file can no longer be read', `${original}\n}}`],
])('it is found when %s', async (_, after) => {
  expect(await rules({ [path]: [original, after] })).toEqual(['test-weakened']);
});

test.each([
  ['skip', original.replace("test('adds'", "test.skip('adds'")],
  ['only', original.replace("test('adds'", "test.only('adds'")],
  ['todo', original.replace("test('adds'", "test.todo('adds'")],
  ['an option', original.replace("'adds', ", "'adds', { skip: true }, ")],
  ['a call in the test', original.replace('(sum, wanted);', '(sum, wanted);\n  t.skip();')],
  ['process.exit', `process.exit(0);${original}`],
  ['an early return', original.replace('const sum', 'return;\n  const sum')],
])('a test that is left out by %s is found', async (_, after) => {
  expect(await rules({ [path]: [original, after] })).toContain('test-skipped');
});

test.each(['xit', 'xtest', 'xdescribe', 'fit'])('%s is found', async (name) => {
  expect(await rules({ [path]: [original, `${original}\n${name}('later', () => {});`] })).toEqual(['test-skipped']);
});

test('a skip in a new file takes nothing away, an early end does', async () => {
  expect(await rules({ 'test/new.test.js': [undefined, `test.skip('x', () => {})`] })).toEqual([]);
  expect(await rules({ 'test/new.test.js': [undefined, `process.on('exit', () => process.exit(0))`] })).toEqual(['test-skipped']);
});

test('a deleted test file is found, also where the test lies in an unusual place', async () => {
  expect(await rules({ [path]: [original, undefined] })).toEqual(['test-deleted']);
  expect(await rules({ 'src/sum_test.ts': [original, undefined] })).toEqual(['test-deleted']);
});

test('a test that was skipped may be enabled', async () => {
  const skipped = original.replace("test('adds'", "test.skip('adds'");
  expect(await rules({ [path]: [skipped, original] })).toEqual([]);
});

test('a renamed test file is compared with what it was', async () => {
  expect(await rules({ 'test/b.test.js': [original, original] }, { from: path })).toEqual([]);
  expect(await rules({ 'test/b.test.js': [original, ''] }, { from: path })).toEqual(['test-weakened']);
});

test('a rewritten snapshot is weakened', async () => {
  expect(await rules({ 'src/__snapshots__/a.test.js.snap': ['exports[`a`] = `1`;', 'exports[`a`] = `2`;'] })).toEqual(['test-weakened']);
});

test('what tests compare with belongs to them, their notes do not', async () => {
  expect(await rules({ 'test/fixtures/wanted.json': ['{"sum":3}', '{"sum":4}'] })).toEqual(['test-weakened']);
  expect(await rules({ 'test/README.md': ['one', 'two'] })).toEqual([]);
  expect(await rules({ 'src/latest.js': ['one()', 'two()'], 'src/contest/a.js': ['one()', 'two()'] })).toEqual([]);
});

test.each([
  ['.github/workflows/ci.yml', 'continuous-integration-changed'],
  ['.gitlab-ci.yml', 'continuous-integration-changed'],
  ['.husky/pre-commit', 'git-hooks-changed'],
  ['.gitattributes', 'git-hooks-changed'],
  ['.gitmodules', 'submodule-added'],
  ['vitest.config.ts', 'test-configuration-changed'],
  ['packages/a/jest.config.js', 'test-configuration-changed'],
  ['.mocharc.yml', 'test-configuration-changed'],
  ['.npmrc', 'test-configuration-changed'],
])('%s is watched', async (file, rule) => {
  expect(await rules({ [file]: [undefined, 'a: 1'] })).toEqual([rule]);
  expect(await rules({ [file]: ['a: 1', undefined] })).toEqual([rule]);
});

test.each([
  [{ test: 'vitest run' }, { test: 'true' }, ['test-command-changed']],
  [{ test: 'npm run unit', unit: 'jest' }, { test: 'npm run unit', unit: 'jest || true' }, ['test-command-changed']],
  [{ test: 'jest' }, { test: 'jest', posttest: 'exit 0' }, ['test-command-changed']],
  [{ test: 'jest' }, { test: 'jest', build: 'tsc' }, []],
  [{}, { test: 'jest' }, []],
  [{ test: 'echo "Error: no test specified" && exit 1' }, { test: 'jest' }, []],
])('the scripts %j becoming %j gives %j', async (before, after, found) => {
  const manifest = (scripts: object) => JSON.stringify({ scripts });
  expect(await rules({ 'package.json': [manifest(before), manifest(after)] })).toEqual(found);
});

test('the configuration of a runner or of hooks within package.json is watched', async () => {
  expect(await rules({ 'package.json': ['{}', '{"jest":{"testMatch":[]}}'] })).toEqual(['test-configuration-changed']);
  expect(await rules({ 'package.json': ['{}', '{"husky":{"hooks":{}}}'] })).toEqual(['git-hooks-changed']);
});

test('a submodule is found', async () => {
  expect(await rules({ 'vendor/x': [undefined, 'x'] }, { kind: 'submodule' })).toEqual(['submodule-added']);
});

test.each([
  ['/etc/passwd', true],
  ['../../secret', true],
  ['../.git/config', true],
  ['../other.js', false],
])('a link to %s leaves the tree: %s', async (target, leaves) => {
  const patch = `diff --git a/src/link b/src/link\nnew file mode 120000\nindex 000..111\n--- /dev/null\n+++ b/src/link\n@@ -0,0 +1 @@\n+${target}\n\\ No newline at end of file\n`;
  expect(await rules({ 'src/link': [undefined, undefined] }, { kind: 'symlink', patch })).toEqual(leaves ? ['link-leaves-the-tree'] : []);
});

test('tests that are gone from the report are found by name', async () => {
  const findings = await findIntegrity({
    change: { files: [] },
    patch: '',
    before: () => Promise.resolve(undefined),
    after: () => Promise.resolve(undefined),
    base: baseOf({ tests: reported({ 'a.test.js > one': 'passed', 'a.test.js > two': 'passed', 'a.test.js > red': 'failed' }) }),
    check: checked({ tests: reported({ 'a.test.js > one': 'passed' }) }),
  });
  expect(findings).toEqual([
    { rule: 'test-vanished', path: 'a.test.js', detail: 'One test that passed before is gone from the report: a.test.js > two.' },
  ]);
});
