/**
 * Why a provider did not answer as hoped, told from its status, its headers and its own words. Only `network`, `throttled` and `unavailable`
 * are worth another try.
 */
export type ProviderFailure = { readonly message: string } &
  /** No connection, a connection that broke, no answer in time. */
  (
    | { readonly kind: 'network' }
    /** Too much at once. `retryAfterMs`: what the provider asks us to wait, where it says. */
    | { readonly kind: 'throttled'; readonly retryAfterMs: number | undefined }
    | { readonly kind: 'unavailable'; readonly retryAfterMs: number | undefined }
    /** The account has nothing left. `resetsAt`: epoch ms, where the provider says. */
    | { readonly kind: 'used-up'; readonly resetsAt: number | undefined }
    | { readonly kind: 'no-key' }
    | { readonly kind: 'wrong-key' }
    | { readonly kind: 'unknown-model' }
    /** The provider understood, and says no: too long, not allowed, malformed. */
    | { readonly kind: 'refused' }
    /** An answer that cannot be read: garbage, half a stream, none of the protocol. */
    | { readonly kind: 'unreadable' }
  );

export function isWorthAnotherTry({ kind }: ProviderFailure): boolean {
  return kind === 'network' || kind === 'throttled' || kind === 'unavailable';
}
