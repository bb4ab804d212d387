/** How long to wait before another attempt: exponential, with a cap. */
export interface RetryPolicy {
  readonly baseMs: number;
  readonly factor: number;
  readonly capMs: number;
  /** `full` draws the wait between zero and the computed one. */
  readonly jitter: 'none' | 'full';
}

/** 2, 4, 8, 16, 32, 60, 60 ... seconds. */
export const defaultRetryPolicy: RetryPolicy = { baseMs: 2_000, factor: 2, capMs: 60_000, jitter: 'none' };

/**
 * The wait before the next attempt, in whole ms.
 * @param used attempts used up so far, at least 1.
 * @param random from 0 (included) to 1 (excluded); read only with jitter.
 */
export function backoffMs(policy: RetryPolicy, used: number, random: number): number {
  const full = Math.min(policy.capMs, policy.baseMs * policy.factor ** (used - 1));
  return Math.round(policy.jitter === 'full' ? full * random : full);
}
