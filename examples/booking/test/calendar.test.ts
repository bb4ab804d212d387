import { expect, test } from 'vitest';
import { Calendar } from '../src/calendar.ts';

const monday = { start: 600, end: 690 };

test('a free room is taken and priced by the hour', () => {
  const booked = new Calendar(2000).book('Linden', 'Ada', monday, 0);
  expect(booked).toMatchObject({ kind: 'booked', booking: { id: 'b1', guest: 'Ada', price: 3000, bookedAt: 0 } });
});

test('a taken room is refused, with who has it', () => {
  const calendar = new Calendar(2000);
  calendar.book('Linden', 'Ada', monday, 0);
  expect(calendar.book('Linden', 'Ben', { start: 689, end: 700 }, 1)).toMatchObject({ kind: 'taken', by: { guest: 'Ada' } });
  expect(calendar.book('Linden', 'Ben', { start: 610, end: 620 }, 1)).toMatchObject({ kind: 'taken' });
  expect(calendar.book('Maple', 'Ben', monday, 1)).toMatchObject({ kind: 'booked' });
});

test('one guest may follow another without a pause', () => {
  const calendar = new Calendar(2000);
  calendar.book('Linden', 'Ada', monday, 0);
  expect(calendar.book('Linden', 'Ben', { start: 690, end: 720 }, 1)).toMatchObject({ kind: 'booked' });
  expect(calendar.book('Linden', 'Eve', { start: 540, end: 600 }, 1)).toMatchObject({ kind: 'booked' });
  expect(calendar.of('Linden').map(({ guest }) => guest)).toEqual(['Eve', 'Ada', 'Ben']);
});

test('a cancelled room is free again, and the refund follows the rules', () => {
  const calendar = new Calendar(2000);
  calendar.book('Linden', 'Ada', { start: 10_000, end: 10_060 }, 0);
  expect(calendar.cancel('b1', 9_950)).toBe(0);
  expect(calendar.of('Linden')).toEqual([]);
  expect(() => calendar.cancel('b1', 9_951)).toThrow('There is no booking b1');
});

test('a booking that ends before it starts is refused', () => {
  expect(() => new Calendar(2000).book('Linden', 'Ada', { start: 10, end: 10 }, 0)).toThrow(RangeError);
});
