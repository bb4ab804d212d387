/** The head of an answer of GitHub that is no success; header names in lower case. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly message: string;
}

/** Why GitHub cannot be used at the moment, and for how long. */
export interface Wait {
  readonly kind: 'primary' | 'secondary' | 'unwell';
  /** From now on, in ms. */
  readonly ms: number;
}

const second = 1_000;
const leastMs = second;
const unnamedSecondaryMs = 60 * second;
const unwellMs = 5 * second;
const mostMs = 3_600 * second;
const mostUnwellMs = 300 * second;

/**
 * Reads from an answer whether and how long GitHub asks us to wait, by its "best practices for using the REST API": `retry-after` where it is
 * sent, else until `x-ratelimit-reset` where nothing remains, else a minute, growing with every further refusal.
 *
 * @param now our clock, epoch ms, used where the answer does not say what time it is there.
 * @param streak answers of this kind in a row before this one.
 * @returns undefined when waiting would change nothing.
 */
export function waitOf(answer: RefusedAnswer, now: number, streak: number): Wait | undefined {
  const { status, headers, message } = answer;
  const told = retryAfterMs(headers, now);
  if (status >= 500) return { kind: 'unwell', ms: told ?? unreachedMs(streak) };
  if (status !== 403 && status !== 429) return undefined;
  const isSecondary = /secondary rate limit|abuse detection/i.test(message);
  if (!isSecondary && headers['x-ratelimit-remaining'] !== undefined && Number(headers['x-ratelimit-remaining']) === 0) {
    return { kind: 'primary', ms: told ?? untilReset(headers, now) ?? growing(unnamedSecondaryMs, streak) };
  }
  if (status === 429 || isSecondary || told !== undefined) return { kind: 'secondary', ms: told ?? growing(unnamedSecondaryMs, streak) };
  return undefined;
}

/** How long to stay away from a server that is not reached, in ms. @param streak failures in a row before this one. */
export function unreachedMs(streak: number): number {
  return Math.min(growing(unwellMs, streak), mostUnwellMs);
}

function growing(first: number, streak: number): number {
  return Math.min(first * 2 ** Math.min(streak, 20), mostMs);
}

/** Seconds, or a date. */
function retryAfterMs(headers: RefusedAnswer['headers'], now: number): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined || value === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(leastMs, seconds * second);
  const at = Date.parse(String(value));
  return Number.isNaN(at) ? undefined : Math.max(leastMs, at - serverTime(headers, now));
}

/** The reset is told in seconds of the server's clock, which the answer tells too. */
function untilReset(headers: RefusedAnswer['headers'], now: number): number | undefined {
  const reset = Number(headers['x-ratelimit-reset']);
  if (!Number.isFinite(reset) || reset <= 0) return undefined;
  return Math.max(leastMs, reset * second - serverTime(headers, now));
}

function serverTime(headers: RefusedAnswer['headers'], now: number): number {
  const at = Date.parse(String(headers['date'] ?? ''));
  return Number.isNaN(at) ? now : at;
}
