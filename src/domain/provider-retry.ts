import { isWorthAnotherTry } from './provider-failure.ts';
import type { ProviderFailure } from './provider-failure.ts';

/** How often a provider is asked again, and how long is waited before. */
export interface ProviderRetryPolicy {
  /** Beside the first call. */
  readonly retries: number;
  readonly baseMs: number;
  readonly factor: number;
  /** No wait is longer, also none that the provider asks for. */
  readonly capMs: number;
  /** From 0 to 1: the share of a wait that is always waited; the rest is drawn, so that those who failed together do not come back together. */
  readonly floor: number;
}

/** 3 retries, that is 4 calls; 1, 2, 4 seconds. */
export const providerRetryPolicy: ProviderRetryPolicy = { retries: 3, baseMs: 1_000, factor: 2, capMs: 60_000, floor: 0.5 };

export type ProviderRetry =
  | { readonly kind: 'again'; readonly inMs: number }
  /** `failure`: as it is to be told in the end. */
  | { readonly kind: 'give-up'; readonly failure: ProviderFailure };

/**
 * Whether a provider is asked again after a failure. It is never asked earlier than it says itself (`retry-after`); where that is longer than
 * the longest wait it is not asked again at all, and a throttle that lasts so long is an account that is used up.
 *
 * @param asked how often it was asked again so far.
 * @param chance.random from 0 (included) to 1 (excluded).
 * @param chance.now epoch ms.
 */
export function decideProviderRetry(
  failure: ProviderFailure,
  asked: number,
  { random, now }: { readonly random: number; readonly now: number },
  policy: ProviderRetryPolicy = providerRetryPolicy,
): ProviderRetry {
  const wished = 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
  if (wished > policy.capMs) return { kind: 'give-up', failure: afterLongWait(failure, now + wished) };
  if (!isWorthAnotherTry(failure) || asked >= policy.retries) return { kind: 'give-up', failure };
  const full = Math.min(policy.capMs, policy.baseMs * policy.factor ** asked);
  const drawn = full * (policy.floor + (1 - policy.floor) * random);
  return { kind: 'again', inMs: Math.round(Math.max(wished, drawn)) };
}

function afterLongWait(failure: ProviderFailure, resetsAt: number): ProviderFailure {
  return failure.kind === 'throttled' ? { kind: 'used-up', resetsAt, message: failure.message } : failure;
}
