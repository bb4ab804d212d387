/** A span of time in minutes: from `start` up to, and without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Booking extends Span {
  readonly id: string;
  readonly room: string;
  readonly guest: string;
  /** When the booking was made. */
  readonly bookedAt: number;
  /** In cents. */
  readonly price: number;
}

export type Booked = { readonly kind: 'booked'; readonly booking: Booking } | { readonly kind: 'taken'; readonly by: Booking };
