import { expect, test } from 'vitest';
import type { LogWindow } from './log-window.ts';
import { hasGapBefore, lastOf, wasBegunAnew, windowOf, withEarlier, withWritten } from './log-window.ts';

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ number: from + index, text: `line ${from + index}` }));
const texts = (from: number, count: number) => numbered(from, count).map(({ text }) => text);
const read = (from: number, count: number, total = from + count - 1): LogWindow => windowOf({ lines: numbered(from, count), total });

test('an empty log has a place for its first line', () => {
  const empty = windowOf({ lines: [], total: 0 });
  expect(empty).toEqual({ first: 1, lines: [], total: 0 });
  expect(withWritten(empty, { from: 1, lines: ['hello'] }, true)).toEqual({ first: 1, lines: ['hello'], total: 1 });
});

test('lines that were told and read are there once', () => {
  const window = withWritten(read(1, 5), { from: 4, lines: texts(4, 4) }, true);
  expect(window).toEqual(read(1, 7));
  expect(withWritten(window, { from: 2, lines: texts(2, 3) }, true)).toEqual(window);
});

test('lines after a gap are only counted, and the gap is noticed', () => {
  const window = read(1, 5);
  expect(hasGapBefore(window, { from: 9, lines: ['x'] })).toBe(true);
  expect(hasGapBefore(window, { from: 6, lines: ['x'] })).toBe(false);
  expect(withWritten(window, { from: 9, lines: ['x'] }, true)).toEqual({ ...window, total: 9 });
});

test('who follows loses the oldest, who reads loses nothing', () => {
  const window = read(1, 5);
  expect(withWritten(window, { from: 6, lines: texts(6, 2) }, true, 5)).toEqual(read(3, 5));
  expect(withWritten(window, { from: 6, lines: texts(6, 2) }, false, 5)).toEqual({ ...window, total: 7 });
});

test('earlier lines are put before, and the newest make room for them', () => {
  expect(withEarlier(read(6, 5), { lines: numbered(1, 5), total: 10 })).toEqual(read(1, 10));
  const cut = withEarlier(read(6, 5), { lines: numbered(1, 5), total: 10 }, 7);
  expect([cut.first, lastOf(cut), cut.total]).toEqual([1, 7, 10]);
});

test('earlier lines that do not lead up to what is there are not taken', () => {
  const window = read(6, 5);
  expect(withEarlier(window, { lines: numbered(1, 3), total: 10 })).toBe(window);
  expect(withEarlier(window, { lines: [], total: 10 })).toBe(window);
});

test('a log that begins again is noticed, and one whose first lines were read already is none', () => {
  expect(wasBegunAnew(read(100, 50), { from: 1, lines: ['new'] })).toBe(true);
  expect(wasBegunAnew(read(1, 5), { from: 1, lines: ['new'] })).toBe(true);
  expect(wasBegunAnew(read(1, 5), { from: 1, lines: texts(1, 2) })).toBe(false);
  expect(wasBegunAnew(read(1, 5), { from: 6, lines: ['more'] })).toBe(false);
  expect(wasBegunAnew(windowOf({ lines: [], total: 0 }), { from: 1, lines: ['first'] })).toBe(false);
  expect(wasBegunAnew(read(1, 5), { from: 1, lines: [] })).toBe(false);
});
