import type { ClientRequest } from 'node:http';
import type { ProviderProtocol } from '../../domain/model.ts';
import type { RateLimits } from '../../ports/model-ledger.ts';

/** A provider that is configured, and that we hold a key for if it needs one. */
export interface ConfiguredProvider {
  /** As configured. */
  readonly name: string;
  readonly protocol: ProviderProtocol;
  readonly limits: RateLimits;
  /** The name and a digest of the key: two keys have two windows. Nothing of the key can be had from it. */
  readonly rateKey: string;
  /**
   * Begins a request with the key put in; see `Upstream.request`.
   * @throws when the key cannot be had, or is none that can be sent.
   */
  request(this: void, method: string, path: string, headers: readonly string[], signal: AbortSignal): ClientRequest;
  /** What no answer may hold, as it is now: the key. @throws as `request` does. */
  secrets(this: void): readonly string[];
}
