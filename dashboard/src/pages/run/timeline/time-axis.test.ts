import { expect, test } from 'vitest';
import { placeOf, ticksOf, timeAxis, united, within } from './time-axis.ts';

const minute = 60_000;
const hour = 60 * minute;

test('work without a pause is drawn to scale', () => {
  const axis = timeAxis(
    [
      { from: 0, to: 30_000 },
      { from: 30_000, to: 60_000 },
    ],
    { width: 600 },
  );
  expect(axis.parts).toEqual([{ kind: 'busy', from: 0, to: 60_000, left: 0, width: 600 }]);
  expect(placeOf(axis, 15_000)).toBe(150);
});

test('hours in which nothing happened become a mark, and the work on both sides keeps its room', () => {
  const axis = timeAxis(
    [
      { from: 0, to: minute },
      { from: 3 * hour, to: 3 * hour + minute },
    ],
    { width: 644 },
  );
  expect(axis.parts.map(({ kind, left, width }) => [kind, left, width])).toEqual([
    ['busy', 0, 300],
    ['idle', 300, 44],
    ['busy', 344, 300],
  ]);
  expect(placeOf(axis, 3 * hour)).toBe(344);
  expect(placeOf(axis, 90 * minute)).toBeGreaterThan(300);
  expect(placeOf(axis, 90 * minute)).toBeLessThan(344);
});

test('a short pause stays what it is', () => {
  const axis = timeAxis(
    [
      { from: 0, to: 30_000 },
      { from: 39_000, to: 60_000 },
    ],
    { width: 600 },
  );
  expect(axis.parts).toHaveLength(1);
});

test('many pauses take no more than a third of the axis', () => {
  const intervals = Array.from({ length: 31 }, (_, day) => ({ from: day * 24 * hour, to: day * 24 * hour + minute }));
  const idle = timeAxis(intervals, { width: 600 }).parts.filter(({ kind }) => kind === 'idle');
  expect(idle.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(200);
});

test('what lies outside lies at the nearer end, and nothing lies at the beginning', () => {
  const axis = timeAxis([{ from: 1_000, to: 2_000 }], { width: 100 });
  expect(placeOf(axis, 0)).toBe(0);
  expect(placeOf(axis, 9_000)).toBe(100);
  expect(placeOf(timeAxis([], { width: 100 }), 5)).toBe(0);
  expect(placeOf(timeAxis([{ from: 5, to: 5 }], { width: 100 }), 5)).toBe(0);
});

test('intervals that touch or overlap are one, also where a clock went back within one', () => {
  expect(
    united(
      [
        { from: 5, to: 9 },
        { from: 0, to: 6 },
        { from: 20, to: 15 },
      ],
      0,
    ),
  ).toEqual([
    { from: 0, to: 9 },
    { from: 20, to: 20 },
  ]);
});

test('within a window only its part is left', () => {
  expect(
    within(
      [
        { from: 0, to: 5 },
        { from: 4, to: 20 },
      ],
      { from: 6, to: 10 },
    ),
  ).toEqual([{ from: 6, to: 10 }]);
});

test('times at the axis are round, count from the beginning of the run and have room to be read', () => {
  const axis = timeAxis([{ from: 1_003, to: 61_003 }], { width: 600 });
  expect(ticksOf(axis, 1_003).map(({ text }) => text)).toEqual(['0 s', '10 s', '20 s', '30 s', '40 s', '50 s']);
  expect(ticksOf(timeAxis([{ from: 0, to: 20 * minute }], { width: 300 }), 0).map(({ text }) => text)).toEqual([
    '0 s',
    '5 min',
    '10 min',
    '15 min',
  ]);
});

test('no times are written where there is no room, and none within a pause', () => {
  expect(ticksOf(timeAxis([{ from: 0, to: 40 * 24 * hour }], { width: 60 }), 0)).toEqual([]);
  const axis = timeAxis(
    [
      { from: 0, to: minute },
      { from: 5 * hour, to: 5 * hour + minute },
    ],
    { width: 644 },
  );
  expect(ticksOf(axis, 0).map(({ text }) => text)).toEqual(['0 s', '15 s', '30 s', '45 s', '1 min', '5 h']);
});
