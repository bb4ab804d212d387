import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ScriptedProvider } from '../../../../test/support/scripted-provider/scripted-provider.ts';
import type { ProviderProtocol } from '../../../domain/model.ts';
import type { Models } from '../../../ports/model.ts';

type Addresses = Pick<ScriptedProvider, 'url'>;

/** Models of the scripted provider, asked over real HTTP by the AI SDK's own packages, with nothing between. */
export function scriptedModels(provider: Addresses): Models {
  return {
    language: async ({ provider: protocol, model }) => languageOf(provider, protocol as ProviderProtocol, model),
    gateway: () => {
      throw new Error('Nothing here goes by the gateway.');
    },
    providers: () => [],
  };
}

function languageOf(provider: Addresses, protocol: ProviderProtocol, model: string): LanguageModelV4 {
  const url = provider.url(protocol);
  const apiKey = 'scripted';
  switch (protocol) {
    case 'anthropic':
      return createAnthropic({ baseURL: `${url}/v1`, apiKey })(model);
    case 'openai':
      return createOpenAI({ baseURL: url, apiKey }).responses(model);
    case 'openai-chat':
      return createOpenAICompatible({ name: 'local', baseURL: url, apiKey })(model);
    case 'google':
      return createGoogle({ baseURL: `${url}/v1beta`, apiKey })(model);
  }
}
