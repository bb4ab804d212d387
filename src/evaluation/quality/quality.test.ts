import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../domain/change.ts';
import type { QualityEvidence } from '../../domain/score.ts';
import { addedLines } from './added-lines.ts';
import { branchesInText, decisionsAdded, decisionsOf } from './complexity.ts';
import { duplicatedLines } from './duplication.ts';
import { measureQuality } from './measure.ts';
import { qualityShare } from './share.ts';
import { unexecutedOf } from './unexecuted.ts';

const patchOf = (path: string, lines: readonly string[], at = 1): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${at},1 +${at},${lines.length} @@\n-old\n${lines.map((line) => `+${line}`).join('\n')}\n`;

test('added lines are found with their numbers, whatever they look like', () => {
  const patch = `diff --git a/a.js b/a.js
--- a/a.js
+++ b/a.js
@@ -1,3 +1,4 @@
 one
-two
+++ b/not-a-file.js
+@@ -1 +1 @@
 three
\\ No newline at end of file
@@ -9 +10,2 @@
-nine
+ten
+eleven
diff --git a/gone.js b/gone.js
--- a/gone.js
+++ /dev/null
@@ -1 +0,0 @@
-gone
`;
  expect([...addedLines(patch)]).toEqual([
    [
      'a.js',
      [
        { line: 2, text: '++ b/not-a-file.js' },
        { line: 3, text: '@@ -1 +1 @@' },
        { line: 10, text: 'ten' },
        { line: 11, text: 'eleven' },
      ],
    ],
  ]);
});

test('decisions are counted for each function', () => {
  const text = `
    function a(x) { if (x && x.y) return 1; for (const y of x) while (y) y.z ??= 2; return x ? 1 : 2; }
    const b = (x) => { switch (x) { case 1: case 2: return 1; default: } try { x(); } catch { return 'if (x) && y'; } };
  `;
  expect(decisionsOf(text, 'a.js')).toEqual(
    new Map([
      ['>a', 6],
      ['>b>', 3],
    ]),
  );
  expect(decisionsOf('if (', 'a.js')).toBeUndefined();
});

test('what moves from one function to another adds nothing', () => {
  const before = 'function a(x) { if (x) return 1; while (x) x(); }';
  expect(decisionsAdded(before, 'function a(x) { if (x) return 1; b(x); } function b(x) { while (x) x(); }', 'a.js')).toBe(0);
  expect(decisionsAdded(before, 'function a(x) { while (x) x(); }', 'a.js')).toBe(-1);
  expect(decisionsAdded(before, 'function a(x) { if (x || x.y) return 1; while (x) x(); }', 'a.js')).toBe(1);
  expect(decisionsAdded(undefined, before, 'a.js')).toBe(2);
});

test('where code is not parsed, words that branch are counted outside of strings and comments', () => {
  expect(branchesInText(['if a and b:  # or if', '    return "if x or y"', 'elif c:'], 'a.py')).toBe(3);
  expect(branchesInText(['if x && y { // for', 'for {'], 'a.go')).toBe(3);
  expect(branchesInText(['if a'], 'a.md')).toBe(0);
});

const block = [
  'const first = compute(one, two, three);',
  'const second = compute(first, four);',
  'save(first, second, { deep: true });',
  'return first + second * third;',
];
const file = (path: string, lines: readonly string[], added: readonly number[]) => ({
  path,
  text: lines.join('\n'),
  added: new Set(added),
});

test('a block that stands twice is counted once, also over files and with other spaces', () => {
  expect(
    duplicatedLines([
      file('a.js', block, [1, 2, 3, 4]),
      file(
        'b.js',
        block.map((line) => `\t${line}`),
        [1, 2, 3, 4],
      ),
    ]),
  ).toBe(4);
  expect(duplicatedLines([file('a.js', [...block, 'other();', '', ...block], [7, 8, 9, 10])])).toBe(4);
  expect(duplicatedLines([file('a.js', block, []), file('b.js', block, [1, 2, 3, 4])])).toBe(4);
  expect(duplicatedLines([file('a.js', block, []), file('b.js', block, [])])).toBe(0);
});

test('three lines, short lines, brackets and imports are no block', () => {
  const both = (lines: readonly string[]) =>
    duplicatedLines([file('a.js', lines, [1, 2, 3, 4, 5, 6]), file('b.js', lines, [1, 2, 3, 4, 5, 6])]);
  expect(both(block.slice(0, 3))).toBe(0);
  expect(both(['a();', 'b();', 'c();', 'd();'])).toBe(0);
  expect(
    both([
      "import { one, two, three, four } from './a.js';",
      "import { five, six, seven } from './b.js';",
      "import { eight } from './c.js';",
      "import { nine } from './d.js';",
    ]),
  ).toBe(0);
  expect(both(['}', '});', '{', ']);', '}', ')'])).toBe(0);
});

test('added lines that could run and did not are counted', () => {
  const patch = patchOf('src/a.js', ['if (x) {', '  a();', '} else b();', '']);
  const coverage = { kind: 'measured', files: [{ path: 'src/a.js', executable: [1, 2, 3, 9], executed: [1, 3, 9] }] } as const;
  expect(unexecutedOf(patch, coverage)).toEqual({ lines: 1, of: 3 });
  expect(unexecutedOf(patch, { kind: 'none', reason: 'No.' })).toBeUndefined();
  expect(unexecutedOf(patch, undefined)).toBeUndefined();
  expect(unexecutedOf('', coverage)).toEqual({ lines: 0, of: 0 });
});

test('a change is measured by its versions and its diff, tests left out', async () => {
  const lines = ['export function a(x) {', '  if (x && x.y) return 1;', '}'];
  const change: Change = {
    files: ['src/a.js', 'test/a.test.js', 'src/gone.js'].map((path) => ({
      path,
      status: path.endsWith('gone.js') ? ('deleted' as const) : ('modified' as const),
      addedLines: 3,
      removedLines: 1,
      binary: false,
      kind: 'file' as const,
    })),
  };
  const measured = await measureQuality({
    change,
    patch: patchOf('src/a.js', lines) + patchOf('test/a.test.js', lines),
    before: (path) => Promise.resolve(path === 'src/gone.js' ? 'if (x) y();' : 'old'),
    after: () => Promise.resolve(lines.join('\n')),
    coverage: { kind: 'measured', files: [{ path: 'src/a.js', executable: [2], executed: [] }] },
  });
  expect(measured).toEqual({ size: 12, branches: 1, duplicated: 0, added: 3, unexecuted: { lines: 1, of: 1 } });
});

test('what was copied from a file that did not change is seen where that is handed in', async () => {
  const change: Change = { files: [{ path: 'b.js', status: 'added', addedLines: 4, removedLines: 0, binary: false, kind: 'file' }] };
  const request = {
    change,
    patch: patchOf('b.js', block),
    before: () => Promise.resolve(undefined),
    after: () => Promise.resolve(block.join('\n')),
  };
  expect(await measureQuality(request)).toMatchObject({ duplicated: 0 });
  expect(await measureQuality({ ...request, others: [{ path: 'a.js', text: block.join('\n') }] })).toMatchObject({ duplicated: 4 });
});

const evidence: fc.Arbitrary<QualityEvidence> = fc
  .record({
    size: fc.nat(2_000),
    branches: fc.nat(200),
    duplicated: fc.nat(50),
    added: fc.nat(2_000),
    unexecuted: fc.option(fc.record({ lines: fc.nat(50), of: fc.nat(100) })),
  })
  .map(({ unexecuted, ...rest }) => (unexecuted === null ? rest : { ...rest, unexecuted }));

test('the share lies between 0 and 1 and falls with size, branches, copies and lines that never ran', () => {
  fc.assert(
    fc.property(evidence, (measured) => {
      const value = qualityShare(measured);
      const unexecuted = measured.unexecuted ?? { lines: 0, of: 0 };
      return (
        value >= 0 &&
        value <= 1 &&
        qualityShare({ ...measured, size: measured.size + 1 }) <= value &&
        qualityShare({ ...measured, branches: measured.branches + 1 }) <= value &&
        qualityShare({ ...measured, duplicated: measured.duplicated + 1 }) <= value &&
        (measured.unexecuted === undefined ||
          qualityShare({ ...measured, unexecuted: { ...unexecuted, lines: unexecuted.lines + 1 } }) <= value)
      );
    }),
  );
});

test('a change that could not be better has the whole share, with coverage and without', () => {
  const best = { size: 0, branches: 0, duplicated: 0, added: 1 };
  expect(qualityShare(best)).toBeCloseTo(1);
  expect(qualityShare({ ...best, unexecuted: { lines: 0, of: 1 } })).toBeCloseTo(1);
  expect(qualityShare({ ...best, unexecuted: { lines: 1, of: 1 } })).toBeCloseTo(0.75);
  expect(qualityShare({ size: 500, branches: 50, duplicated: 1, added: 1, unexecuted: { lines: 1, of: 1 } })).toBeCloseTo(0);
});
