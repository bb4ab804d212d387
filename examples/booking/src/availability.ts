import { minutesOf } from './span.ts';
import type { Span } from './types.ts';

/**
 * The free times between two moments that are at least so long.
 *
 * @param taken in the order of their start; may overlap
 */
export function freeSpans(taken: readonly Span[], within: Span, atLeast: number): Span[] {
  const free: Span[] = [];
  let from = within.start;
  for (const { start, end } of taken) {
    if (start - from >= atLeast) free.push({ start: from, end: start });
    from = Math.max(from, end);
  }
  if (within.end - from >= atLeast) free.push({ start: from, end: within.end });
  return free;
}

/** The share of a span that is taken, 0 to 1. */
export function occupancy(taken: readonly Span[], within: Span): number {
  const free = freeSpans(taken, within, 1).reduce((sum, span) => sum + minutesOf(span), 0);
  return 1 - free / minutesOf(within);
}
