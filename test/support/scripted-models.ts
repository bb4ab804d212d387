import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import type { Caller } from '../../src/ports/exchange.ts';
import type { Models } from '../../src/ports/model.ts';
import type { ScriptedProvider } from './scripted-provider/scripted-provider.ts';

/**
 * The models of a scripted provider, asked directly: `anthropic/...`, `openai/...` and, by Chat Completions, any other name. Every answer is
 * told to the caller as 0.01 USD.
 */
export function scriptedModels(provider: ScriptedProvider): Models {
  return {
    language: async ({ provider: name, model }, caller) => {
      const options = { apiKey: 'sk-test', fetch: counting(caller) };
      if (name === 'anthropic') return createAnthropic({ ...options, baseURL: `${provider.url('anthropic')}/v1` }).languageModel(model);
      if (name === 'openai') return createOpenAI({ ...options, baseURL: provider.url('openai') }).responses(model);
      return createOpenAI({ ...options, baseURL: provider.url('openai-chat') }).chat(model);
    },
    embedding: () => Promise.reject(new Error('nothing asks for embeddings')),
    gateway: () => ({ routes: [], send: () => Promise.reject(new Error('no world takes part')) }),
    providers: () => [],
  };
}

function counting(caller: Caller): typeof fetch {
  return async (...request) => {
    const response = await fetch(...request);
    const usage = { inputTokens: 100, outputTokens: 10, cachedTokens: 0, cacheWriteTokens: 0 };
    if (response.ok) caller.onEvent({ type: 'answered', usage, cost: { microUsd: 10_000, known: true }, cached: false, model: 'scripted' });
    return response;
  };
}
