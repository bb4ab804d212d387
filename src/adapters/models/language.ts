import { APICallError } from '@ai-sdk/provider';
import type { LanguageModelV4, LanguageModelV4Middleware } from '@ai-sdk/provider';
import type { ProviderProtocol } from '../../domain/model.ts';

/** A model of the AI SDK, and the way to its provider. */
export interface LanguageRequest {
  /** As configured. */
  readonly provider: string;
  readonly protocol: ProviderProtocol;
  /** Where the provider really is; nothing is asked there but by `fetch`. */
  readonly url: string;
  readonly model: string;
  /** Output of one answer where a call does not say, in tokens. */
  readonly mostOutputTokens: number;
  /** Is asked for addresses whose path, with the query, is the path below the provider's address (see `ExchangeRequest.path`). */
  readonly fetch: typeof globalThis.fetch;
}

/** The SDK wants an address and a key; neither leads anywhere nor opens anything. */
export const origin = 'http://models.invalid';
export const placeholder = 'held-by-miyabi';

/** Loads what the protocol needs, which takes some 50 ms the first time, and asks nobody. */
export async function createLanguage(request: LanguageRequest): Promise<LanguageModelV4> {
  // What a model does not take (a temperature, for instance) is left out; the SDK would tell that on our stderr each time.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const [model, { wrapLanguageModel }] = await Promise.all([bare(request), import('ai')]);
  return wrapLanguageModel({ model, middleware: ourWay(request) });
}

async function bare({ provider, protocol, url, model, fetch }: LanguageRequest): Promise<LanguageModelV4> {
  switch (protocol) {
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ apiKey: placeholder, baseURL: `${origin}/v1`, fetch })(model);
    }
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      return createOpenAI({ apiKey: placeholder, baseURL: origin, fetch }).responses(model);
    }
    case 'openai-chat': {
      if (isOpenaiItself(url)) {
        const { createOpenAI } = await import('@ai-sdk/openai');
        return createOpenAI({ apiKey: placeholder, baseURL: origin, fetch }).chat(model);
      }
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      // Without being asked for it, a server says nothing of usage at the end of a stream.
      return createOpenAICompatible({ name: provider, apiKey: placeholder, baseURL: origin, fetch, includeUsage: true })(model);
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google');
      return createGoogle({ apiKey: placeholder, baseURL: `${origin}/v1beta`, fetch })(model);
    }
  }
}

/** OpenAI's own models want some things said in another way than everybody who is compatible with it. */
function isOpenaiItself(url: string): boolean {
  return URL.canParse(url) && /(?:^|\.)openai(?:\.azure)?\.com$/.test(new URL(url).hostname);
}

function ourWay({ mostOutputTokens, protocol }: LanguageRequest): LanguageModelV4Middleware {
  return {
    specificationVersion: 'v4',
    transformParams: async ({ params }) => ({
      ...params,
      maxOutputTokens: params.maxOutputTokens ?? mostOutputTokens,
      // Nothing is left with the provider: each request carries the whole conversation, as with all others.
      ...(protocol === 'openai' && {
        providerOptions: { ...params.providerOptions, openai: { store: false, ...params.providerOptions?.['openai'] } },
      }),
    }),
    wrapGenerate: ({ doGenerate }) => onlyOnce(doGenerate),
    wrapStream: ({ doStream }) => onlyOnce(doStream),
  };
}

/** What is worth another try has had it when the answer comes here: whoever calls is told not to begin anew. */
async function onlyOnce<T>(call: () => PromiseLike<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!APICallError.isInstance(error) || !error.isRetryable) throw error;
    throw Object.assign(error, { isRetryable: false });
  }
}
