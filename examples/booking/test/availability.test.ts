import { expect, test } from 'vitest';
import { freeSpans, occupancy } from '../src/availability.ts';
import { parseTime } from '../src/span.ts';

const day = { start: 480, end: 1080 };

test('an empty day is one free span', () => {
  expect(freeSpans([], day, 30)).toEqual([day]);
});

test('free times lie between the bookings, and are long enough', () => {
  const taken = [
    { start: 540, end: 600 },
    { start: 620, end: 700 },
    { start: 730, end: 1080 },
  ];
  expect(freeSpans(taken, day, 30)).toEqual([
    { start: 480, end: 540 },
    { start: 700, end: 730 },
  ]);
});

test('a long booking hides a short one inside it', () => {
  const taken = [
    { start: 480, end: 900 },
    { start: 500, end: 520 },
  ];
  expect(freeSpans(taken, day, 30)).toEqual([{ start: 900, end: 1080 }]);
});

test('occupancy is the taken share', () => {
  expect(occupancy([], day)).toBe(0);
  expect(occupancy([{ start: 480, end: 780 }], day)).toBe(0.5);
});

test('times of a day are read, others refused', () => {
  expect(parseTime('9:30')).toBe(570);
  expect(parseTime(' 00:05 ')).toBe(5);
  for (const wrong of ['24:00', '9:60', 'noon', '']) expect(() => parseTime(wrong)).toThrow(RangeError);
});
