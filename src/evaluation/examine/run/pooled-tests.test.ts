import { expect, test } from 'vitest';
import type { FileChange } from '../../../domain/change.ts';
import type { ChecksPlan } from '../../../domain/checks.ts';
import { pooledTests } from './pooled-tests.ts';

const plan: ChecksPlan = {
  ecosystem: 'npm',
  test: { command: ['npm', 'run', 'test'], shown: 'npm run test', runner: 'mocha', script: 'mocha -r ./test/hooks.js' },
  reasons: [],
  timeoutMs: 1_000,
};

type Made = Partial<FileChange> & { readonly path: string };

function pooled(...files: readonly Made[]) {
  const change = {
    files: files.map((file): FileChange => ({ status: 'added', addedLines: 5, removedLines: 0, binary: false, kind: 'file', ...file })),
  };
  const objects = new Map(files.map(({ path }) => [path, `100644:id of ${path}`]));
  return pooledTests({ author: 'alpha', change, objects, plan });
}

const paths = (...files: readonly Made[]) => {
  const found = pooled({ path: 'test/real.test.js' }, ...files);
  return { run: found?.run.filter((path) => path !== 'test/real.test.js'), laid: found?.files.map(({ path }) => path).slice(1) };
};

test('added and changed tests are taken, with helpers and data beside them, and source code is not', () => {
  expect(
    pooled(
      { path: 'src/sum.js' },
      { path: 'test/sum.test.js', status: 'modified' },
      { path: 'test/helpers/build.js' },
      { path: 'test/fixtures/all.json' },
      { path: 'test/run.sh', kind: 'executable' },
      { path: 'docs/sum.md' },
    ),
  ).toEqual({
    author: 'alpha',
    run: ['test/sum.test.js'],
    files: [
      { path: 'test/sum.test.js', blob: 'id of test/sum.test.js', executable: false },
      { path: 'test/helpers/build.js', blob: 'id of test/helpers/build.js', executable: false },
      { path: 'test/fixtures/all.json', blob: 'id of test/fixtures/all.json', executable: false },
      { path: 'test/run.sh', blob: 'id of test/run.sh', executable: true },
    ],
  });
  expect(pooled({ path: 'src/sum.js' }, { path: 'test/helpers/build.js' })).toBeUndefined();
});

test.each([
  'src/sum.spec.ts',
  'tests/test_sum.py',
  'pkg/sum_test.go',
  'tests/round_trip.rs',
  'src/test/java/com/x/SumTest.java',
  '__tests__/sum.jsx',
  'test.js',
])('%s is run', (path) => {
  expect(paths({ path })).toEqual({ run: [path], laid: [path] });
});

test.each<Made>([
  { path: 'package.json' },
  { path: 'test/package.json' },
  { path: 'vitest.config.ts' },
  { path: 'test/jest.setup.js' },
  { path: 'test/setup.js', status: 'modified' },
  { path: 'tests/conftest.py', status: 'modified' },
  { path: 'test/hooks.js' },
  { path: 'test/__snapshots__/old.test.js.snap', status: 'modified' },
  { path: 'test/__snapshots__/other.test.js.snap' },
  { path: 'test/gone.test.js', status: 'deleted' },
  { path: 'test/link.test.js', kind: 'symlink' },
  { path: 'test/module.test', kind: 'submodule' },
  { path: 'test/only-mode.test.js', status: 'mode' },
  { path: 'test/node_modules/evil/index.test.js' },
])('$path ($status $kind) takes part in judging, or is no file: it is not laid over anything', (file) => {
  expect(paths(file)).toEqual({ run: [], laid: [] });
});

test('a snapshot goes along with its own new test, and a new conftest.py with the tests beside it', () => {
  expect(paths({ path: 'test/__snapshots__/real.test.js.snap' }).laid).toEqual(['test/__snapshots__/real.test.js.snap']);
  expect(paths({ path: 'tests/conftest.py' })).toEqual({ run: [], laid: ['tests/conftest.py'] });
});

test('there is an end to what one author may bring', () => {
  const many = Array.from({ length: 200 }, (_, index) => ({ path: `test/${index}.test.js` }));
  const found = pooled(...many, { path: 'test/huge.json', addedLines: 1_000_000 });
  expect(found?.run).toHaveLength(20);
  expect(found?.files).toHaveLength(20);
});
