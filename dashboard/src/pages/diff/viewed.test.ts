import { expect, it } from 'vitest';
import { readMarks, toggled } from './viewed.ts';

const file = { path: 'a.ts', contents: '1..2' };

it('marks a file as viewed, and takes the mark back', () => {
  const marked = toggled([], file);
  expect(marked).toEqual([['a.ts', '1..2']]);
  expect(toggled(marked, file)).toEqual([]);
});

it('puts the mark of a new change in place of the one before', () => {
  expect(
    toggled(
      [
        ['a.ts', '1..2'],
        ['b.ts', 'x'],
      ],
      { path: 'a.ts', contents: '1..3' },
    ),
  ).toEqual([
    ['b.ts', 'x'],
    ['a.ts', '1..3'],
  ]);
});

it('leaves out what it cannot read', () => {
  expect(readMarks(undefined)).toEqual([]);
  expect(readMarks({ a: 1 })).toEqual([]);
  expect(readMarks([['a.ts', '1..2'], ['b.ts'], 'c', [1, 2]])).toEqual([['a.ts', '1..2']]);
});
