import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testProject } from '../testing/project.ts';
import { runTestsCovered } from './run-covered.ts';

const seconds = 30_000;

/** Lines 2, 3 and 7 can run when it is called; 3 and 7 never do in `double(2)`. */
const plain = `export function double(n) {
  if (n > 100) {
    throw new Error('too much');
  }
  return n * 2;
}
export const never = () => double(3);
`;
const typed = `interface Unused { readonly a: number }
export function double(n: number): number {
  const result: number = n * 2;
  if (n > 100)
    return 0;
  return result as number;
}
`;

const plainLines = { executable: [2, 3, 5, 7], executed: [2, 5, 7] };
const typedLines = { executable: [3, 4, 5, 6], executed: [3, 4, 6] };

async function covered(script: string, files: Readonly<Record<string, unknown>>, asked: readonly string[]) {
  await using project = await testProject({ 'package.json': { type: 'module', scripts: { test: script } }, ...files });
  const result = await runTestsCovered(await project.setting(), asked);
  expect(await readdir(project.outside)).toEqual([]);
  return result;
}

test.each([
  [
    'node --test',
    'a.js',
    plain,
    `import { test } from 'node:test'; import { double } from './a.js'; test('t', () => double(2));`,
    plainLines,
  ],
  [
    'node --test',
    'a.ts',
    typed,
    `import { test } from 'node:test'; import { double } from './a.ts'; test('t', () => double(2));`,
    typedLines,
  ],
  [
    'vitest run --pool forks',
    'a.ts',
    typed,
    `import { test } from 'vitest'; import { double } from './a.ts'; test('t', () => { double(2); });`,
    typedLines,
  ],
  [
    'vitest run --pool threads',
    'a.ts',
    typed,
    `import { test } from 'vitest'; import { double } from './a.ts'; test('t', () => { double(2); });`,
    typedLines,
  ],
  ['mocha a.test.js', 'a.js', plain, `import { double } from './a.js'; it('t', () => { double(2); });`, plainLines],
  ['ava', 'a.js', plain, `import test from 'ava'; import { double } from './a.js'; test('t', (t) => { t.is(double(2), 4); });`, plainLines],
])(
  '%s: the lines of %s that its tests ran are told',
  async (script, path, text, tests, { executable, executed }) => {
    const files = { [path]: text, 'a.test.js': tests, 'other.js': 'export const unused = 1;\n' };
    const { tests: evidence, coverage } = await covered(script, files, [path, 'other.js', 'a.md']);
    expect(evidence).toMatchObject({ kind: 'reported', exitCode: 0, notes: [] });
    expect(coverage).toEqual({
      kind: 'measured',
      files: [
        { path, executable, executed },
        { path: 'other.js', executable: [1], executed: [] },
      ],
    });
  },
  seconds,
);

test.each(['jest --maxWorkers=2'])(
  '%s: what is transformed in memory is traced back to its lines',
  async (script) => {
    const source = plain.replaceAll('export ', '').concat('module.exports = { double, never };\n');
    const tests = `const { double } = require('./a.js'); test('t', () => { double(2); });`;
    const files = { 'package.json': { scripts: { test: script } }, 'a.js': source, 'a.test.js': tests, 'b.test.js': tests };
    const { coverage } = await covered(script, files, ['a.js']);
    expect(coverage).toEqual({ kind: 'measured', files: [{ path: 'a.js', executable: [2, 3, 5, 7, 8], executed: [2, 5, 7, 8] }] });
  },
  seconds,
);

test(
  'what tsc built is traced back to its sources',
  async () => {
    const files = {
      'tsconfig.json': {
        compilerOptions: { outDir: 'dist', rootDir: 'src', sourceMap: true, module: 'nodenext', target: 'es2024', types: [] },
        include: ['src'],
      },
      'src/a.ts': typed,
      'a.test.js': `import { test } from 'node:test'; import { double } from './dist/a.js'; test('t', () => double(2));`,
    };
    const { coverage } = await covered('tsc && node --test', files, ['src/a.ts']);
    expect(coverage).toEqual({ kind: 'measured', files: [{ path: 'src/a.ts', ...typedLines }] });
  },
  seconds,
);

test(
  'a build without source maps is not taken for code that never runs',
  async () => {
    const files = {
      'tsconfig.json': {
        compilerOptions: { outDir: 'dist', rootDir: 'src', module: 'nodenext', target: 'es2024', types: [] },
        include: ['src'],
      },
      'src/a.ts': typed,
      'a.test.js': `import { test } from 'node:test'; import { double } from './dist/a.js'; test('t', () => double(2));`,
    };
    const { coverage } = await covered('tsc && node --test', files, ['src/a.ts']);
    expect(coverage).toMatchObject({ kind: 'none', reason: expect.stringContaining('traced back') });
  },
  seconds,
);

test(
  'a report of the tests own command counts, one that was there before does not',
  async () => {
    const write = `require('node:fs').mkdirSync('coverage', { recursive: true });
require('node:fs').writeFileSync('coverage/lcov.info', 'SF:a.py\\nDA:1,1\\nDA:2,0\\nend_of_record\\n');`;
    const files = {
      'package.json': { scripts: { test: 'node write.js' } },
      'write.js': write,
      'a.py': 'a\nb\n',
      'lcov.info': 'SF:b.py\nDA:1,1\nend_of_record\n',
    };
    const { coverage } = await covered('node write.js', files, ['a.py', 'b.py']);
    expect(coverage).toEqual({ kind: 'measured', files: [{ path: 'a.py', executable: [1, 2], executed: [1] }] });
  },
  seconds,
);
