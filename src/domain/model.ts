/** A model as people write it: `<provider>/<name of the model there>`, such as `anthropic/claude-sonnet-5`. */
export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/** How much a model is to think, where it can be told. */
export const efforts = ['low', 'medium', 'high'] as const;
export type Effort = (typeof efforts)[number];

/** What a model may be asked to do beside working in a world. */
export const modelRoles = ['analyse', 'plan', 'review', 'judge', 'testWriter'] as const;
export type ModelRole = (typeof modelRoles)[number];

/** Tokens of one call, or of many together. */
export interface ModelUsage {
  /** All of the input, what came from the provider's cache and what was written to it included. */
  readonly inputTokens: number;
  /** All of the output, reasoning included. */
  readonly outputTokens: number;
  /** Of the input: what was read from the provider's cache, at a lower price. */
  readonly cachedTokens: number;
  /** Of the input: what was written to the provider's cache, at a higher price where there is one. */
  readonly cacheWriteTokens: number;
  /** Of those: what is kept there for an hour, at a higher price still; none where it is not told. Counts for the price of one call. */
  readonly hourCacheWriteTokens?: number;
}

export const noUsage: ModelUsage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 };

export function addUsage(one: ModelUsage, other: ModelUsage): ModelUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    cacheWriteTokens: one.cacheWriteTokens + other.cacheWriteTokens,
  };
}

/** @returns undefined for a text that names no provider or no model. */
export function parseModelName(text: string): ModelName | undefined {
  const [, provider, model] = /^([a-z][\da-z-]*)\/(\S+)$/.exec(text) ?? [];
  return provider === undefined || model === undefined ? undefined : { provider, model };
}

export function formatModelName({ provider, model }: ModelName): string {
  return `${provider}/${model}`;
}

/** OpenAI's reasoning models, and Anthropic's from the fifth generation (Opus from 4.7) on, refuse the parameter or pass over it. */
const withoutTemperature: Readonly<Record<'anthropic' | 'others', RegExp>> = {
  anthropic: /claude-(?:[a-z]+-(?:[5-9]|\d\d)(?!\d)|opus-4-[78])/,
  others: /^(?:o\d|gpt-[5-9])/,
};

/**
 * The highest temperature that a model can be asked for; undefined for those that take none. By the makers' documentation, November 2026:
 * Anthropic 0 to 1, the others 0 to 2.
 */
export function highestTemperature(protocol: ProviderProtocol, model: string): number | undefined {
  const [none, highest] = protocol === 'anthropic' ? [withoutTemperature.anthropic, 1] : [withoutTemperature.others, 2];
  return none.test(model) ? undefined : highest;
}

/** What a provider understands: Anthropic's Messages, OpenAI's Responses, OpenAI's Chat Completions (and whatever is compatible), Google's Gemini. */
export const providerProtocols = ['anthropic', 'openai', 'openai-chat', 'google'] as const;
export type ProviderProtocol = (typeof providerProtocols)[number];
