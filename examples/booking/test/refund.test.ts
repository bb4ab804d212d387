import { describe, expect, test } from 'vitest';
import { refundCents } from '../src/refund.ts';
import type { Booking } from '../src/types.ts';

const hour = 60;
const day = 24 * hour;

function booking(changes: Partial<Booking> = {}): Booking {
  return { id: 'b1', room: 'Linden', guest: 'Ada', start: 10 * day, end: 10 * day + 2 * hour, bookedAt: 5 * day, price: 4001, ...changes };
}

describe('booked days ahead', () => {
  test('everything comes back a day ahead', () => {
    expect(refundCents(booking(), 7 * day)).toBe(4001);
    expect(refundCents(booking(), 9 * day)).toBe(4001);
  });

  test('half of it comes back between two hours and a day ahead', () => {
    expect(refundCents(booking(), 9 * day + 1)).toBe(2001);
    expect(refundCents(booking(), 10 * day - 3 * hour)).toBe(2001);
    expect(refundCents(booking({ price: 1000 }), 10 * day - 2 * hour)).toBe(500);
  });

  test('nothing comes back in the last two hours', () => {
    expect(refundCents(booking(), 10 * day - 2 * hour + 1)).toBe(0);
    expect(refundCents(booking(), 10 * day - 10)).toBe(0);
  });

  test('nothing comes back once it has begun', () => {
    expect(refundCents(booking(), 10 * day)).toBe(0);
    expect(refundCents(booking(), 11 * day)).toBe(0);
  });
});

describe('booked shortly before', () => {
  test('the last hour pays nothing back', () => {
    expect(refundCents(booking({ bookedAt: 10 * day - hour }), 10 * day - 20)).toBe(0);
  });

  test('second thoughts within ten minutes pay everything back', () => {
    expect(refundCents(booking({ bookedAt: 10 * day - hour }), 10 * day - 50)).toBe(4001);
    expect(refundCents(booking({ bookedAt: 10 * day - 5 }), 10 * day - 1)).toBe(4001);
  });

  test('after ten minutes the ordinary rules hold', () => {
    expect(refundCents(booking({ bookedAt: 10 * day - hour }), 10 * day - 49)).toBe(0);
    expect(refundCents(booking({ bookedAt: 10 * day - 5 * hour }), 10 * day - 4 * hour)).toBe(2001);
  });
});
