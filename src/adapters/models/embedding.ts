import type { EmbeddingModelV4 } from '@ai-sdk/provider';
import { origin, placeholder } from './language.ts';

/** A model for embeddings, and the way to its provider; see `LanguageRequest`. */
export interface EmbeddingRequest {
  readonly provider: string;
  readonly model: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Loads what is needed and asks nobody. */
export async function createEmbedding({ provider, model, fetch }: EmbeddingRequest): Promise<EmbeddingModelV4> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  return createOpenAICompatible({ name: provider, apiKey: placeholder, baseURL: origin, fetch }).embeddingModel(model);
}
