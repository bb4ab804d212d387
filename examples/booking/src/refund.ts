import type { Booking } from './types.ts';

const hour = 60;
/** Whoever cancels so soon after booking only made a mistake. */
const secondThoughts = 10;

/** What a cancellation pays back, in cents. */
export function refundCents(booking: Booking, cancelledAt: number): number {
  const { start, bookedAt, price } = booking;
  if (cancelledAt - bookedAt <= secondThoughts) return price;
  return Math.round((price * percentBack(start - bookedAt)) / 100);
}

/** By the time that is left until the booking starts. */
function percentBack(minutesLeft: number): number {
  if (minutesLeft >= 24 * hour) return 100;
  if (minutesLeft >= 2 * hour) return 50;
  return 0;
}
