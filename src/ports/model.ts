import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ModelName, ProviderProtocol } from '../domain/model.ts';
import type { Caller } from './exchange.ts';
import type { GatewayRequest } from './gateway.ts';

/** One provider as it is set up on this machine. */
export interface ProviderState {
  readonly name: string;
  readonly protocol: ProviderProtocol;
  /** Its address. */
  readonly url: string;
  /** `none-needed`: a server of one's own. `missing`: `keyVariable` is not set. */
  readonly key: 'present' | 'missing' | 'none-needed';
  /** The environment variable in which its key is looked for; undefined where a file is configured. */
  readonly keyVariable: string | undefined;
}

/** The models that are configured, for whoever asks them. Keys never leave it. */
export interface Models {
  /**
   * A model for our own loop; the whole of each answer is waited for.
   * @throws Failure (configuration) when its provider is not configured or has no key.
   */
  language(name: ModelName, caller: Caller): Promise<LanguageModelV4>;
  /**
   * What programs in a world are given in place of keys.
   * @throws Failure (configuration) when a provider is not configured or has no key.
   */
  gateway(providers: readonly string[], caller: Caller): GatewayRequest;
  /** Every provider that is configured, by name. */
  providers(): readonly ProviderState[];
}
