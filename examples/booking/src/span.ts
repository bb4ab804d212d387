import type { Span } from './types.ts';

/** Spans that only touch do not overlap: one guest leaves, the next comes in. */
export function overlaps(left: Span, right: Span): boolean {
  return left.start < right.end && right.start < left.end;
}

export function minutesOf(span: Span): number {
  return span.end - span.start;
}

/** `9:30` as minutes from midnight. Throws for what is no time of a day. */
export function parseTime(text: string): number {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  const hours = Number(match?.[1]);
  const minutes = Number(match?.[2]);
  if (match === null || hours > 23 || minutes > 59) throw new RangeError(`"${text}" is no time of a day`);
  return hours * 60 + minutes;
}
