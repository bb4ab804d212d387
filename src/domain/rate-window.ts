/** How much may be asked for in any window. */
export interface RateLimit {
  readonly requests: number;
  readonly tokens: number;
  readonly windowMs: number;
}

/** A turn that was given; it may lie in the future. */
export interface GivenTurn {
  /** Epoch ms. */
  readonly at: number;
  readonly tokens: number;
}

/** The turns of the window that ends where the next one could be at best. */
export interface RateWindow {
  /** Epoch ms. Not before now, the last turn that was given, or the end of a hold. */
  readonly end: number;
  /** How many turns lie in it, and their tokens. */
  readonly requests: number;
  readonly tokens: number;
  /** When the last of them is; undefined when it is empty. */
  readonly last: number | undefined;
}

/** When a turn can be, and what it waits for. */
export interface NextTurn {
  /** Epoch ms. */
  readonly at: number;
  readonly because: 'requests' | 'tokens' | 'nothing';
}

/**
 * The earliest turn of so many tokens, no earlier than the end of the window, such that no window (half-open: what lies exactly `windowMs` before
 * its end is outside of it) holds more than the limits. As no turn is given before another, only the window that ends with the new one can
 * become too full. One that is larger than the limit by itself comes when all others have left.
 *
 * @param oldest turns in the window, the oldest first; as many as are at hand.
 * @returns undefined when more turns must leave than are in `oldest`.
 */
export function nextTurn(window: RateWindow, oldest: Iterable<GivenTurn>, tokens: number, limit: RateLimit): NextTurn | undefined {
  if (window.last !== undefined && tokens > limit.tokens) return { at: window.last + limit.windowMs, because: 'tokens' };
  let turn: NextTurn = { at: window.end, because: 'nothing' };
  let left = { requests: window.requests, tokens: window.tokens };
  const leaving = oldest[Symbol.iterator]();
  while (left.requests > 0 && (left.requests + 1 > limit.requests || left.tokens + tokens > limit.tokens)) {
    const next = leaving.next();
    if (next.done === true) return undefined;
    turn = { at: next.value.at + limit.windowMs, because: left.tokens + tokens > limit.tokens ? 'tokens' : 'requests' };
    left = { requests: left.requests - 1, tokens: left.tokens - next.value.tokens };
  }
  return turn;
}

/** Where the window ends in which a turn is looked for, and where it begins: turns up to `after` (epoch ms) are outside of it. */
export function windowEnd(
  known: { readonly now: number; readonly last: number | undefined; readonly heldUntil: number | undefined },
  windowMs: number,
): { readonly end: number; readonly after: number } {
  const end = Math.max(known.now, known.last ?? 0, known.heldUntil ?? 0);
  return { end, after: end - windowMs };
}
