import { refundCents } from './refund.ts';
import { minutesOf, overlaps } from './span.ts';
import type { Booked, Booking, Span } from './types.ts';

/** All bookings of a house. */
export class Calendar {
  readonly #bookings = new Map<string, Booking>();
  readonly #centsPerHour: number;
  #last = 0;

  constructor(centsPerHour: number) {
    this.#centsPerHour = centsPerHour;
  }

  /** Takes a room for a guest, or says who has it. */
  book(room: string, guest: string, span: Span, now: number): Booked {
    if (minutesOf(span) <= 0) throw new RangeError('A booking ends after it starts');
    const by = this.of(room).find((booking) => overlaps(booking, span));
    if (by !== undefined) return { kind: 'taken', by };
    this.#last += 1;
    const price = Math.round((minutesOf(span) / 60) * this.#centsPerHour);
    const booking = { id: `b${this.#last}`, room, guest, start: span.start, end: span.end, bookedAt: now, price };
    this.#bookings.set(booking.id, booking);
    return { kind: 'booked', booking };
  }

  /** Gives a room back. Tells what is paid back, in cents. */
  cancel(id: string, now: number): number {
    const booking = this.#bookings.get(id);
    if (booking === undefined) throw new RangeError(`There is no booking ${id}`);
    this.#bookings.delete(id);
    return refundCents(booking, now);
  }

  /** The bookings of a room in the order of their time. */
  of(room: string): Booking[] {
    return [...this.#bookings.values()].filter((booking) => booking.room === room).sort((left, right) => left.start - right.start);
  }
}
