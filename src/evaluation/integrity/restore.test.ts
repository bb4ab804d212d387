import { expect, test } from 'vitest';
import type { Purpose } from './purpose.ts';
import { add, all, append, edit, judgeEdit, move, remove, type Edit, type Files } from '../testing/changed-project.ts';
import { go, javascript as js, python } from '../testing/small-projects.ts';

const t = 'test/price.test.js';

/** Each path with what it is put back to. */
async function restored(files: Files, change: Edit, purpose?: Purpose): Promise<Record<string, string>> {
  const { restored: found } = await judgeEdit(files, change, purpose);
  return Object.fromEntries(found.map(({ path, to }) => [path, to.kind === 'text' ? to.text : to.kind]));
}

test('what only changes source is judged as it is', async () => {
  expect(await restored(js, edit('src/price.js', 'count > 10', 'count >= 10'))).toEqual({});
  expect(await restored(js, all(add('src/new.js', ''), edit('README.md', 'Prices', 'Costs')))).toEqual({});
});

test('tests of the base lie where they lay and say what they said', async () => {
  expect(await restored(js, append(t, "\ntest('more', () => {});\n"))).toEqual({ [t]: 'base' });
  expect(await restored(js, remove(t))).toEqual({ [t]: 'base' });
  expect(await restored(js, move(t, 'test/prices.test.js'))).toEqual({ [t]: 'base', 'test/prices.test.js': 'removed' });
  expect(await restored(js, edit('test/fixtures/order.json', '3', '4'))).toEqual({ 'test/fixtures/order.json': 'base' });
});

test('what a test takes from a file that moved is taken from where that is now', async () => {
  const change = all(move('src/price.js', 'src/money/price.js'), edit(t, '../src/price.js', '../src/money/price.js'));
  const text = (await restored(js, change))[t];
  expect(text).toBe((js[t] ?? '').replace('../src/price.js', '../src/money/price.js'));
  const inPython = all(move('prices/price.py', 'prices/money.py'), edit('tests/test_price.py', 'prices.price', 'prices.money'));
  expect((await restored(python, inPython))['tests/test_price.py']).toContain('from prices.money import price');
});

test('a test that follows a function to a file that is new stays, as nothing was taken from it', async () => {
  const change = all(
    edit('src/price.js', '\nexport function label(code) {\n  return code;\n}\n', ''),
    add('src/label.js', 'export function label(code) {\n  return code;\n}\n'),
    edit(
      t,
      "import { price, label } from '../src/price.js';",
      "import { price } from '../src/price.js';\nimport { label } from '../src/label.js';",
    ),
  );
  expect(await restored(js, change)).toEqual({});
  expect(await restored(js, all(change, edit(t, 'toBe(15)', 'toBe(16)')))).toEqual({ [t]: 'base' });
});

test('new tests stay, and so do helpers that only got more; what reaches other tests does not', async () => {
  expect(
    await restored(js, all(add('test/more.test.js', "test('a', () => {});\n"), append('test/helpers.js', 'export const many = 1;\n'))),
  ).toEqual({});
  expect(await restored(go, append('price_test.go', '\nfunc helper() int {\n\treturn 1\n}\n'))).toEqual({});
  expect(await restored(js, edit('test/helpers.js', '5', '4'))).toEqual({ 'test/helpers.js': 'base' });
  expect(await restored(js, add('test/z.test.js', 'process.exit(0);\n'))).toEqual({ 'test/z.test.js': 'removed' });
  expect(await restored(python, add('tests/deep/conftest.py', 'import pytest\n\n@pytest.fixture\ndef many():\n    return 1\n'))).toEqual(
    {},
  );
});

test('configuration is put back, and removed where the base has none', async () => {
  expect(await restored(js, edit('vitest.config.ts', '90', '10'))).toEqual({ 'vitest.config.ts': 'base' });
  expect(await restored(js, all(add('jest.config.js', ''), add('.npmrc', ''), remove('eslint.config.js')))).toEqual({
    'jest.config.js': 'removed',
    '.npmrc': 'removed',
    'eslint.config.js': 'base',
  });
});

test('a project without tests may be given some, with their configuration', async () => {
  const bare: Files = { 'package.json': '{"scripts":{"start":"node ."}}', 'index.js': '' };
  expect(await restored(bare, all(add('vitest.config.ts', ''), add('test/a.test.js', '')))).toEqual({});
});

test('package.json keeps its dependencies and gets back what judges', async () => {
  const change = all(
    edit('package.json', 'vitest run', 'true'),
    edit('package.json', '"left": "1.0.0"', '"left": "2.0.0"'),
    edit('package.json', '"start":', '"posttest": "true",\n    "watch": "node --watch",\n    "start":'),
  );
  const text = (await restored(js, change))['package.json'] ?? '';
  expect(JSON.parse(text)).toEqual({
    name: 'prices',
    scripts: { build: 'tsc -p .', test: 'vitest run', lint: 'eslint src', start: 'node src/main.js', watch: 'node --watch' },
    dependencies: { left: '2.0.0' },
    devDependencies: { vitest: '5.0.0', eslint: '9.0.0' },
  });
  expect(await restored(js, edit('package.json', '"left": "1.0.0"', '"left": "2.0.0"'))).toEqual({});
});

test('where the purpose is tests, those stay and all else is the base', async () => {
  const change = all(edit(t, 'toBe(15)', 'toBe(16)'), edit('src/price.js', '0.8', '0.9'), add('src/new.js', ''), add('jest.config.js', ''));
  expect(await restored(js, change, 'tests')).toEqual({ 'src/price.js': 'base', 'src/new.js': 'removed', 'jest.config.js': 'removed' });
});
