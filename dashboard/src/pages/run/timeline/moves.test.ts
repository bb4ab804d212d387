import { expect, test } from 'vitest';
import { moved } from './moves.ts';

const rows = [
  [{ from: 0, to: 5 }],
  [],
  [
    { from: 1, to: 2 },
    { from: 50, to: 60 },
    { from: 70, to: 90 },
  ],
  [{ from: 55, to: 56 }],
];

test('sideways keys go over the name and the bars of a row, and stay within it', () => {
  expect(moved(rows, { row: 2, bar: -1 }, 'ArrowRight')).toEqual({ row: 2, bar: 0 });
  expect(moved(rows, { row: 2, bar: 2 }, 'ArrowRight')).toEqual({ row: 2, bar: 2 });
  expect(moved(rows, { row: 2, bar: 0 }, 'ArrowLeft')).toEqual({ row: 2, bar: -1 });
  expect(moved(rows, { row: 2, bar: -1 }, 'ArrowLeft')).toEqual({ row: 2, bar: -1 });
});

test('up and down lead to what was nearest in time', () => {
  expect(moved(rows, { row: 3, bar: 0 }, 'ArrowUp')).toEqual({ row: 2, bar: 1 });
  expect(moved(rows, { row: 2, bar: 2 }, 'ArrowDown')).toEqual({ row: 3, bar: 0 });
  expect(moved(rows, { row: 0, bar: 0 }, 'ArrowUp')).toEqual({ row: 0, bar: 0 });
  expect(moved(rows, { row: 3, bar: 0 }, 'ArrowDown')).toEqual({ row: 3, bar: 0 });
});

test('from a bar rows without bars are passed over, and from names one goes to names', () => {
  expect(moved(rows, { row: 0, bar: 0 }, 'ArrowDown')).toEqual({ row: 2, bar: 0 });
  expect(moved([[{ from: 0, to: 1 }], []], { row: 0, bar: 0 }, 'ArrowDown')).toEqual({ row: 0, bar: 0 });
  expect(moved(rows, { row: 1, bar: -1 }, 'ArrowDown')).toEqual({ row: 2, bar: -1 });
});

test('the first and the last row are one key away, also where there are none', () => {
  expect(moved(rows, { row: 2, bar: 1 }, 'Home')).toEqual({ row: 0, bar: 0 });
  expect(moved(rows, { row: 0, bar: -1 }, 'End')).toEqual({ row: 3, bar: -1 });
  expect(moved([], { row: 0, bar: -1 }, 'End')).toEqual({ row: 0, bar: -1 });
  expect(moved([], { row: 0, bar: -1 }, 'ArrowDown')).toEqual({ row: 0, bar: -1 });
});
