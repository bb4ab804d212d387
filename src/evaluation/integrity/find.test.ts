import { expect, test } from 'vitest';
import type { ChecksPlan } from '../../domain/checks.ts';
import type { FileChange } from '../../domain/change.ts';
import { detectChecks } from '../checks/detect.ts';
import { findIntegrity } from './find.ts';
import { baseOf, checked, reported } from '../testing/evidence.ts';

type Versions = Readonly<Record<string, readonly [before: string | undefined, after: string | undefined]>>;

const npm = (name: string) => ({ command: ['npm', 'run', name] as [string, ...string[]], shown: `npm run ${name}` });
const everything: ChecksPlan = {
  ecosystem: 'npm',
  build: npm('build'),
  typeCheck: npm('typecheck'),
  test: { ...npm('test'), runner: 'node:test' },
  lint: npm('lint'),
  reasons: [],
  timeoutMs: 1_000,
};

async function rules(versions: Versions, more: { patch?: string; kind?: FileChange['kind']; from?: string } = {}): Promise<string[]> {
  const touched = Object.entries(versions).filter(
    ([, [before, after]]) => before !== after || before === undefined || more.from !== undefined,
  );
  const files = touched.map(([path, [before, after]]): FileChange => ({
    path,
    ...(more.from === undefined ? {} : { from: more.from }),
    status: before === undefined ? 'added' : after === undefined ? 'deleted' : more.from === undefined ? 'modified' : 'renamed',
    addedLines: 1,
    removedLines: 1,
    binary: false,
    kind: more.kind ?? 'file',
  }));
  const tests = reported({ 'test/a.test.js > a': 'passed' });
  const before = (path: string) => Promise.resolve(versions[path === more.from ? (files[0]?.path ?? '') : path]?.[0]);
  const exists = async (path: string) => (await before(path)) !== undefined;
  const detectedPlan = await detectChecks({ readFile: before, exists, list: () => Promise.resolve([]) });
  const findings = await findIntegrity({
    change: { files },
    plan: versions['package.json']?.[0] === undefined ? everything : detectedPlan,
    patch: more.patch ?? '',
    before,
    after: (path) => Promise.resolve(versions[path]?.[1]),
    paths: () => Promise.resolve(Object.keys(versions).filter((path) => versions[path]?.[0] !== undefined)),
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
  ['process.exitCode', `${original}\nprocess.exitCode = 0;`],
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

test('a rewritten snapshot is found', async () => {
  expect(await rules({ 'src/__snapshots__/a.test.js.snap': ['exports[`a`] = `1`;', 'exports[`a`] = `2`;'] })).toEqual([
    'snapshot-rewritten',
  ]);
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

test('the configuration of a runner, a linter or of hooks within package.json is watched', async () => {
  const manifest = (more: object) => JSON.stringify({ scripts: { test: 'jest', lint: 'eslint .' }, ...more });
  expect(await rules({ 'package.json': [manifest({}), manifest({ jest: { testMatch: [] } })] })).toEqual(['test-configuration-changed']);
  expect(await rules({ 'package.json': [manifest({}), manifest({ eslintConfig: {} })] })).toEqual(['check-configuration-changed']);
  expect(await rules({ 'package.json': [manifest({}), manifest({ husky: { hooks: {} } })] })).toEqual(['git-hooks-changed']);
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
    plan: everything,
    patch: '',
    before: () => Promise.resolve(undefined),
    after: () => Promise.resolve(undefined),
    paths: () => Promise.resolve([]),
    base: baseOf({ tests: reported({ 'a.test.js > one': 'passed', 'a.test.js > two': 'passed', 'a.test.js > red': 'failed' }) }),
    check: checked({ tests: reported({ 'a.test.js > one': 'passed' }) }),
  });
  expect(findings).toEqual([
    { rule: 'test-vanished', path: 'a.test.js', detail: 'One test that passed before is gone from the report: a.test.js > two.' },
  ]);
});

test.each([
  ['package.json of the build', { build: 'node build.js' }, { build: 'true' }, 'check-command-changed'],
  [
    'a script that the build calls',
    { build: 'npm run -s inner', inner: 'tsc' },
    { build: 'npm run -s inner', inner: 'tsc || :' },
    'check-command-changed',
  ],
  ['a script before the build', { build: 'tsc' }, { build: 'tsc', prebuild: 'rm src/broken.ts' }, 'check-command-changed'],
  [
    'all that begin alike',
    { build: 'run-s build:*', 'build:a': 'tsc' },
    { build: 'run-s build:*', 'build:a': 'true' },
    'check-command-changed',
  ],
  ['the linter', { lint: 'eslint .' }, { lint: 'eslint . || true' }, 'check-command-changed'],
  ['the type check', { typecheck: 'tsc' }, {}, 'check-command-changed'],
  [
    'the tests',
    { test: 'concurrently "npm:unit"', unit: 'jest' },
    { test: 'concurrently "npm:unit"', unit: 'true' },
    'test-command-changed',
  ],
])('a world does not choose its own judge: %s', async (_, before, after, rule) => {
  const manifest = (scripts: object) => JSON.stringify({ scripts });
  expect(await rules({ 'package.json': [manifest(before), manifest(after)] })).toEqual([rule]);
});

test.each([
  ['node check.js', 'check.js'],
  ['node check', 'check.js'],
  ['NODE_ENV=test node --enable-source-maps ./tools/check.mjs', 'tools/check.mjs'],
  ['bash scripts/run.sh', 'scripts/run.sh'],
  ['./scripts/test', 'scripts/test'],
  ['cd tools && node run.js', 'tools/run.js'],
  ['vitest run -c config/unit.json', 'config/unit.json'],
  ['vitest run --config=config/unit.ts', 'config/unit.ts'],
  ['mocha --require ./support/globals.js', 'support/globals.js'],
  ['node --test --import ./hooks.mjs', 'hooks.mjs'],
  [`sh -c 'node src/main.js | diff - wanted.txt'`, 'wanted.txt'],
  ['npm exec --no -- tsx run.ts', 'run.ts'],
])('of "%s" the file %s judges', async (script, judge) => {
  const manifest = JSON.stringify({ scripts: { build: script } });
  const both = [manifest, manifest] as const;
  expect(await rules({ 'package.json': both, [judge]: ['one', 'two'] })).toEqual(['check-program-changed']);
  expect(await rules({ 'package.json': both, [judge]: ['one', undefined] })).toEqual(['check-program-changed']);
});

test('what a script, a configuration or a program leads to judges too', async () => {
  const project = (script: string) => {
    const manifest = JSON.stringify({ scripts: { test: script } });
    return { 'package.json': [manifest, manifest] as const };
  };
  const same = (text: string) => [text, text] as const;
  const changed = ['one', 'two'] as const;
  const found = ['check-program-changed'];
  expect(await rules({ ...project('bash ci/all.sh'), 'ci/all.sh': same('set -e\nnode ci/check.js\n'), 'ci/check.js': changed })).toContain(
    found[0],
  );
  const vitest = same(`export default { test: { setupFiles: ['./support/globals.ts'] } }`);
  expect(await rules({ ...project('vitest run'), 'vitest.config.ts': vitest, 'support/globals.ts': changed })).toContain(found[0]);
  const program = same(`import { compare } from './compare.js';\nimport { add } from '../src/add.js';`);
  expect(await rules({ ...project('node tools/run.js'), 'tools/run.js': program, 'tools/compare.js': changed })).toContain(found[0]);
  expect(await rules({ ...project('node tools/run.js'), 'tools/run.js': program, 'src/add.js': changed })).not.toContain(found[0]);
});

test.each([
  'eslint src/add.js',
  'node --check src/add.js',
  'node build.js src/add.js',
  'esbuild src/add.js --bundle --outfile=dist/add.js',
  'cp src/add.js dist/',
  'node -e "1" ',
])('what "%s" looks at is judged and may change', async (script) => {
  const manifest = JSON.stringify({ scripts: { build: script } });
  expect(await rules({ 'package.json': [manifest, manifest], 'src/add.js': ['one', 'two'], 'README.md': ['one', 'two'] })).toEqual([]);
});

test.each([
  ['eslint.config.js', 'check-configuration-changed'],
  ['src/.eslintrc.json', 'check-configuration-changed'],
  ['.oxlintrc.json', 'check-configuration-changed'],
  ['biome.json', 'check-configuration-changed'],
  ['.prettierrc', 'check-configuration-changed'],
  ['babel.config.js', 'check-configuration-changed'],
  ['.swcrc', 'check-configuration-changed'],
  ['jest.setup.js', 'test-configuration-changed'],
  ['src/setupTests.ts', 'test-configuration-changed'],
  ['__mocks__/axios.js', 'test-configuration-changed'],
  ['.env.test', 'test-configuration-changed'],
  ['.nvmrc', 'test-configuration-changed'],
  ['.node-version', 'test-configuration-changed'],
])('%s, which checks are configured by, is watched', async (file, rule) => {
  expect(await rules({ [file]: [undefined, 'a: 1'] })).toEqual([rule]);
  expect(await rules({ [file]: ['a: 1', 'a: 2'] })).toEqual([rule]);
  expect(await rules({ [file]: ['a: 1', undefined] })).toEqual([rule]);
});

test('a tsconfig.json that is there stays as it is, a new one may come', async () => {
  expect(await rules({ 'tsconfig.json': ['{"strict":true}', '{"strict":false}'] })).toEqual(['check-configuration-changed']);
  expect(await rules({ 'packages/a/tsconfig.build.json': ['{}', undefined] })).toEqual(['check-configuration-changed']);
  expect(await rules({ 'packages/new/tsconfig.json': [undefined, '{}'] })).toEqual([]);
});

test('a project without checks may be given some, and dependencies may come and go', async () => {
  const none = JSON.stringify({ dependencies: { left: '1.0.0' } });
  const some = JSON.stringify({ scripts: { lint: 'eslint .', test: 'jest' }, dependencies: { right: '^2.0.0' }, jest: {} });
  expect(await rules({ 'package.json': [none, some], 'eslint.config.js': [undefined, ''], 'jest.config.js': [undefined, ''] })).toEqual([]);
  const tested = (more: object) => JSON.stringify({ scripts: { test: 'vitest run' }, ...more });
  expect(await rules({ 'package.json': [tested({}), tested({ dependencies: { right: '^2.0.0' }, version: '2.0.0' })] })).toEqual([]);
  expect(await rules({ 'package.json': [tested({}), tested({ devDependencies: { vitest: 'file:./fake' } })] })).toEqual([
    'check-program-changed',
  ]);
});

test('what tests compare with is kept whatever its kind', async () => {
  expect(await rules({ 'tests/expected.txt': ['3\n', '4\n'] })).toEqual(['test-weakened']);
  expect(await rules({ 'tests/expected.txt': ['3\n', undefined] })).toEqual(['test-deleted']);
  expect(await rules({ 'scripts/test.sh': ['node check.js\n', 'node check.js || true\n'] })).toEqual(['test-weakened', 'test-skipped']);
  expect(await rules({ 'tests/more.txt': [undefined, '4\n'] })).toEqual([]);
});
