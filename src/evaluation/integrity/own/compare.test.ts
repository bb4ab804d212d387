import { expect, test } from 'vitest';
import { processorMs } from '../../../../test/support/processor-time.ts';
import { edit, type Edit, type Files } from '../../testing/changed-project.ts';
import { selfTested, selfTestedPython } from '../../testing/small-projects.ts';
import { ownTestFindings, ownTestsOf, withOwnTestsOfBase } from './compare.ts';

function versions(files: Files, path: string, option: string, change: Edit) {
  const [before, after] = [files[path] ?? '', change(files)[path] ?? ''];
  expect(after).not.toBe(before);
  return { path, before, after, options: [option] };
}

test('what a change adds to the tests of a program is put back, and the rest of the change stays', () => {
  const mend = edit('src/cli.js', 'let sum = 1', 'let sum = 0');
  const more = versions(selfTested, 'src/cli.js', '--selftest', (files) =>
    edit(
      'src/cli.js',
      '  [[], 0],',
      '  [[], 0],\n  [[7], 7],',
    )(edit('src/cli.js', '  assert.equal', '  assert.ok(total([]) === 0);\n  assert.equal')(mend(files))),
  );
  expect(withOwnTestsOfBase(more)).toBe(mend(selfTested)['src/cli.js']);
  const python = edit('src/main.py', 'result = 1', 'result = 0');
  const inPython = versions(selfTestedPython, 'src/main.py', '--check', (files) =>
    edit('src/main.py', '        print("ok")', '        expect("nothing", total([]), 0)\n        print("ok")')(python(files)),
  );
  expect(withOwnTestsOfBase(inPython)).toBe(python(selfTestedPython)['src/main.py']);
});

test('nothing is put back where only the product changed', () => {
  const change = edit('src/cli.js', 'let sum = 1', 'let sum = 0');
  expect(withOwnTestsOfBase(versions(selfTested, 'src/cli.js', '--selftest', change))).toBeUndefined();
});

test('what tests a program is found by the option, by its names and by what it is used for', () => {
  const heads = (text: string, path: string, options: readonly string[]) => ownTestsOf(text, path, options).map(({ block }) => block.head);
  expect(heads(selfTested['src/cli.js'] ?? '', 'src/cli.js', ['--selftest'])).toEqual([
    'import assert from "node:assert/strict"',
    'let failures=0',
    'const cases=[[[1,2],3],[[],0]]',
    'function check(name,got,wanted)',
    'function selfTest()',
    'args.includes("--selftest")',
    'main(process.argv.slice(2))',
  ]);
  expect(heads(selfTestedPython['src/main.py'] ?? '', 'src/main.py', ['--check'])).toEqual([
    'def expect(name,got,wanted):',
    'if "--check" in arguments:',
    'sys.exit(main(sys.argv[1:]))',
  ]);
});

const option = ['--selftest'];
test.each([
  ['a.py', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}if "--selftest" in x${depth}:`).join('\n')],
  ['b.py', 'def f(a, b):\n    return a == b\n'.repeat(2_000)],
  ['c.py', `${'x'.repeat(80_000)}("--selftest")`],
  ['d.js', `main(process.argv);\n`.repeat(2_500)],
  ['e.js', `if (process.argv.includes('--selftest')) { ${'check(1, 2);'.repeat(4_000)} }`],
  ['f.js', `if (${'a || '.repeat(4_000)} a) { ${'b();'.repeat(4_000)} }`],
  ['g.js', `${'function f(a, b) { return a === b; }\n'.repeat(1_500)}f(1, '--selftest');`],
  ['h.js', `x(${'{'.repeat(2_000)}`],
])('%s, made to be hard, is read in little time', (path, text) => {
  const half = text.slice(0, text.length / 2);
  const took = processorMs(() => {
    for (const [before, after] of [
      [text, `${text}\n`],
      [half, text],
      [selfTested['src/cli.js'] ?? '', text],
    ] as const)
      ownTestFindings({ path, before, after, options: option });
  });
  expect(took).toBeLessThan(8_000);
});
