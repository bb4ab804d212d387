import { expect, it } from 'vitest';
import { firstChanges, shownLines, stepped } from './lines.ts';

const hunks = [
  {
    deletionStart: 10,
    additionStart: 20,
    hunkContent: [
      { type: 'context', lines: 2 },
      { type: 'change', deletions: 2, additions: 1 },
      { type: 'context', lines: 1 },
    ],
  },
  { deletionStart: 0, additionStart: 1, hunkContent: [{ type: 'change', deletions: 0, additions: 2 }] },
] as const;

it('tells every line that is shown, each with its number on its side', () => {
  expect(shownLines(hunks).map(({ side, line }) => `${side} ${line}`)).toEqual([
    'new 20',
    'new 21',
    'old 12',
    'old 13',
    'new 22',
    'new 23',
    'new 1',
    'new 2',
  ]);
});

it('begins each hunk with its first changed line', () => {
  expect(firstChanges(hunks)).toEqual([
    { side: 'old', line: 12 },
    { side: 'new', line: 1 },
  ]);
});

it('steps no further than the ends, and begins at the nearer one', () => {
  const items = ['a', 'b', 'c'];
  const from = (at: string | undefined, by: 1 | -1) => stepped(items, (item) => item === at, by);
  expect([from('a', 1), from('b', -1), from('c', 1), from('a', -1), from(undefined, 1), from(undefined, -1)]).toEqual([
    'b',
    'a',
    'c',
    'a',
    'a',
    'c',
  ]);
  expect(stepped([], () => true, 1)).toBeUndefined();
});
