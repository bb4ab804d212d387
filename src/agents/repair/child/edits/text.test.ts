import vm from 'node:vm';
import { expect, test } from 'vitest';
import { describeChange } from '../describe.ts';
import { hitInsertions, hitName, tickInsertions, tickName } from './instrument.ts';
import { parseSource } from './parse.ts';
import { survey } from './survey.ts';
import { applyEdits, editsOverlap } from './text.ts';

test('edits are applied by place, and insertions at one place in the order given', () => {
  const edits = [
    { start: 4, end: 5, text: 'c' },
    { start: 0, end: 0, text: '1' },
    { start: 0, end: 0, text: '2' },
  ];

  expect(applyEdits('a + b', edits)).toBe('12a + c');
});

test('edits overlap when they share characters, not when they touch', () => {
  expect(editsOverlap([{ start: 0, end: 3, text: '' }], [{ start: 2, end: 4, text: '' }])).toBe(true);
  expect(editsOverlap([{ start: 0, end: 3, text: '' }], [{ start: 3, end: 4, text: '' }])).toBe(false);
});

test('a file with wrong syntax is left out instead of failing', () => {
  expect(parseSource('a.js', 'const = 1')).toBeUndefined();
});

test('instrumented code does the same, reports what ran, counts turns and moves no line', () => {
  const text = `function sum(list) {
  let all = 0;
  for (const one of list) all += one;
  outer: for (let i = 0; i < 3; i++) { if (i === 1) continue outer; else all += i; }
  if (all > 100) return 'large';
  return all;
}
const half = (n) => n / 2;
class Box { value = half(4); }
result = [sum([1, 2]), half(8), new Box().value];
`;
  const read = survey(parseSource('a.js', text)!);
  const instrumented = applyEdits(text, [...tickInsertions(read), ...hitInsertions(read, 0)]);
  const hits = new Set<number>();
  let ticks = 0;
  const scope = { result: [], [hitName]: (index: number) => hits.add(index), [tickName]: () => (ticks += 1) };
  vm.runInNewContext(instrumented, scope);

  expect([...scope.result]).toEqual([5, 4, 2]);
  expect(instrumented.split('\n')).toHaveLength(text.split('\n').length);
  expect(ticks).toBeGreaterThanOrEqual(5);
  const ran = read.sites.filter(({ index }) => hits.has(index)).map(({ path }) => text.slice(path.node.start ?? 0, path.node.end ?? 0));
  expect(ran).toContain('all += one;');
  expect(ran).toContain('const half = (n) => n / 2;');
  expect(ran).not.toContain("return 'large';");
});

test('a change is described by the lines that differ', () => {
  expect(describeChange('a.js', 'one\n  two\nthree', 'one\n  2\nthree')).toEqual({ path: 'a.js', line: 2, before: 'two', after: '2' });
  expect(describeChange('a.js', 'one\nthree', 'one\ntwo\nthree')).toEqual({ path: 'a.js', line: 2, before: '', after: 'two' });
});
