import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import type { FailureText } from '../domain/failure.ts';
import type { ModelName, ProviderProtocol } from '../domain/model.ts';
import type { Caller } from './exchange.ts';
import type { GatewayRequest } from './gateway.ts';

/** One provider as it is set up on this machine. */
export interface ProviderState {
  readonly name: string;
  readonly protocol: ProviderProtocol;
  /** Its address. */
  readonly url: string;
  /** `none-needed`: a server of one's own. `missing`: there is none, or one that cannot be used. */
  readonly key: 'present' | 'missing' | 'none-needed';
  /** Why there is no key that can be used, and what to do about it; without anything of the key. */
  readonly problem?: FailureText;
  /** The environment variable in which its key is, or is looked for first; undefined where only a file is configured, or nothing. */
  readonly keyVariable: string | undefined;
}

/** The models that are configured, for whoever asks them. Keys never leave it. */
export interface Models {
  /**
   * A model for our own loop; the whole of each answer is waited for. It takes `temperature` and `reasoning` (how much to think) as options of
   * a call and tells them in the words of its protocol; what the model itself does not take is left out. Nothing is tried again by whoever
   * calls: a call that failed has had its tries.
   * @throws Failure (configuration) when its provider is not configured or has no key.
   */
  language(name: ModelName, caller: Caller): Promise<LanguageModelV4>;
  /**
   * A model that tells of texts by numbers which are near each other where the texts mean the same. Tries and money are as for answers.
   * @throws Failure (configuration) when its provider is not configured, has no key, or speaks a protocol whose embeddings nobody could count.
   */
  embedding(name: ModelName, caller: Caller): Promise<EmbeddingModelV4>;
  /**
   * What programs in a world are given in place of keys.
   * @throws Failure (configuration) when a provider is not configured or has no key.
   */
  gateway(providers: readonly string[], caller: Caller): GatewayRequest;
  /** Every provider that is configured, by name. */
  providers(): readonly ProviderState[];
}
