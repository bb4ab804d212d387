import type { ProviderFailure } from '../../domain/provider-failure.ts';
import type { ExchangeAnswer } from '../../ports/exchange.ts';
import type { HeaderPairs } from './headers.ts';

/** An answer of a provider, or of ours in its place. */
export type Tried =
  | { readonly kind: 'answer'; readonly answer: ExchangeAnswer }
  | {
      readonly kind: 'failed';
      readonly failure: ProviderFailure;
      /** Something of an answer was there, and nobody can tell what it means. */
      readonly isGarbled: boolean;
      /** What the provider said; undefined where it said nothing that can be handed on. */
      readonly said: { readonly status: number; readonly headers: HeaderPairs; readonly body: Uint8Array } | undefined;
    };

/** Of an answer that ended without an error before its protocol says that it is done. */
export function incomplete({ name }: { readonly name: string }): ProviderFailure {
  return { kind: 'network', message: `The answer of ${name} ended before it was complete.` };
}
