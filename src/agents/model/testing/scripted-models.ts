import type { ScriptedProvider } from '../../../../test/support/scripted-provider/scripted-provider.ts';
import { createLanguage } from '../../../adapters/models/language.ts';
import type { ProviderProtocol } from '../../../domain/model.ts';
import type { Models } from '../../../ports/model.ts';

/** Models of the scripted provider as the product makes them, asked over real HTTP without limits, cache and money between; providers are named by their protocol. */
export function scriptedModels(provider: Pick<ScriptedProvider, 'url'>): Models {
  return {
    async language({ provider: name, model }) {
      const protocol = name as ProviderProtocol;
      const url = provider.url(protocol);
      return await createLanguage({
        provider: name,
        protocol,
        url,
        model,
        mostOutputTokens: 16_000,
        fetch: async (input, init) => {
          const { pathname, search } = new URL(input instanceof Request ? input.url : input);
          return await fetch(`${url}${pathname}${search}`, init);
        },
      });
    },
    embedding() {
      throw new Error('Nothing here asks for embeddings.');
    },
    gateway() {
      throw new Error('Nothing here goes by the gateway.');
    },
    providers: () => [],
  };
}
