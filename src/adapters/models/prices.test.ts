import { expect, test } from 'vitest';
import { configSchema } from '../../domain/config.ts';
import { addUsage, noUsage } from '../../domain/model.ts';
import { createPricing } from './prices.ts';

function pricing(models: unknown = {}): ReturnType<typeof createPricing> {
  return createPricing(configSchema.parse({ models }).models);
}

const oneCall = { inputTokens: 1_200 + 300 + 5_000, cacheWriteTokens: 300, cachedTokens: 5_000, outputTokens: 42 };

test('two calls of claude-opus-5-5 cost what Claude Code says that they cost', () => {
  const price = pricing().price('anthropic', 'claude-opus-5-5');
  expect(price.kind).toBe('known');
  expect(price.cost(addUsage(oneCall, oneCall))).toBe(16_280);
  expect(price.cost(oneCall)).toBe(8_140);
});

test('a fraction of a micro-dollar is a whole one', () => {
  const price = pricing().price('anthropic', 'claude-opus-5-5');
  expect(price.cost({ ...noUsage, inputTokens: 1, cachedTokens: 1 })).toBe(1);
  expect(price.cost(noUsage)).toBe(0);
});

test('a model that the list does not know costs the configured highest price, and that is said', () => {
  const price = pricing().price('openai', 'gpt-6.1-sol');
  expect(price.kind).toBe('unknown');
  expect(price.cost({ ...noUsage, inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe(180_000_000);
  expect(price.most(1_000_000, 0)).toBe(30_000_000);
});

test('an embedding model is not known as one that writes', () => {
  expect(pricing().price('openai', 'text-embedding-3-small').kind).toBe('unknown');
});

test('a configured price comes before the list, and stands for the cache where it says nothing of it', () => {
  const prices = pricing({
    prices: {
      'openai/gpt-6.1-sol': { inputPerMillionUsd: 2, outputPerMillionUsd: 8 },
      'anthropic/claude-opus-5-5': { inputPerMillionUsd: 1, outputPerMillionUsd: 1, cachedPerMillionUsd: 0, cacheWritePerMillionUsd: 3 },
    },
  });
  expect(
    prices.price('openai', 'gpt-6.1-sol').cost({ inputTokens: 1_000, cachedTokens: 400, cacheWriteTokens: 100, outputTokens: 10 }),
  ).toBe(2_080);
  expect(prices.price('anthropic', 'claude-opus-5-5')).toMatchObject({ kind: 'known' });
  expect(prices.price('anthropic', 'claude-opus-5-5').cost(oneCall)).toBe(1_200 + 900 + 42);
  expect(prices.price('anthropic', 'claude-opus-5-5').most(1_000, 1_000)).toBe(4_000);
});

test("a server of one's own is free, whatever its models are called", () => {
  const prices = pricing({ providers: { local: { protocol: 'openai-chat', url: 'http://127.0.0.1:11434/v1', private: true } } });
  expect(prices.price('local', 'gpt-5.1').kind).toBe('known');
  expect(prices.price('local', 'gpt-5.1').cost(oneCall)).toBe(0);
  expect(prices.price('local', 'gpt-5.1').most(1_000_000, 1_000_000)).toBe(0);
});

test('behind a server that costs something, models that nobody has heard of do too', () => {
  const providers = {
    proxy: { protocol: 'openai-chat', url: 'http://127.0.0.1:4000/v1', private: true },
    anthropic: { protocol: 'anthropic', url: 'http://127.0.0.1:4000', private: true },
  } as const;
  const prices = pricing({ providers, prices: { 'proxy/cheap': { inputPerMillionUsd: 1, outputPerMillionUsd: 2 } } });
  expect(prices.price('proxy', 'cheap').kind).toBe('known');
  for (const name of ['proxy', 'anthropic']) {
    expect(prices.price(name, 'cheap-but-not-really').kind).toBe('unknown');
    expect(prices.price(name, 'cheap-but-not-really').most(1_000, 1_000)).toBeGreaterThan(0);
  }
});

test("a model of somebody else's server does not have the price of the maker's model of that name", () => {
  const prices = pricing({ providers: { reseller: { protocol: 'openai', url: 'https://models.example.com/v1' } } });
  expect(prices.price('reseller', 'gpt-5.1').kind).toBe('unknown');
  expect(prices.price('nobody', 'gpt-5.1').kind).toBe('unknown');
});

test("a maker's name keeps its prices where it is asked at another address", () => {
  const prices = pricing({ providers: { anthropic: { protocol: 'anthropic', url: 'http://127.0.0.1:4000', private: true } } });
  expect(prices.price('anthropic', 'claude-opus-5-5').cost(oneCall)).toBe(8_140);
});

test.each([
  ['anthropic', 'claude-opus-5-5'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['openai', 'gpt-5.1-codex'],
  ['openai', 'gpt-5.5'],
  ['openai', 'gpt-6.1-sol'],
  ['google', 'gemini-2.5-pro'],
  ['google', 'gemini-3.8-flash'],
])('no call of %s %s costs more than was reserved for it, short or long', (provider, model) => {
  const price = pricing().price(provider, model);
  for (const inputTokens of [0, 1, 199_999, 200_000, 200_001, 271_999, 272_000, 900_000]) {
    const most = price.most(inputTokens, 1_000);
    for (const cachedTokens of [0, inputTokens]) {
      for (const cacheWriteTokens of [0, inputTokens - cachedTokens]) {
        expect(price.cost({ inputTokens, cachedTokens, cacheWriteTokens, outputTokens: 1_000 })).toBeLessThanOrEqual(most);
      }
    }
    expect(price.most(Math.floor(inputTokens / 2), 500)).toBeLessThanOrEqual(most);
  }
});

test('a long call is dearer by the token where the maker says so', () => {
  const price = pricing().price('google', 'gemini-2.5-pro');
  expect(price.most(400_000, 0) / 400_000).toBeGreaterThan(price.most(100_000, 0) / 100_000);
});

test('what is written to the cache for an hour is reserved for', () => {
  expect(pricing().price('anthropic', 'claude-opus-5-5').most(1_000_000, 0)).toBe(8_000_000);
});

test.each([
  [{ inputTokens: 10, cachedTokens: 20, cacheWriteTokens: 30, outputTokens: 1 }],
  [{ inputTokens: -5, cachedTokens: -1, cacheWriteTokens: 0, outputTokens: -1 }],
  [{ inputTokens: Number.NaN, cachedTokens: 0, cacheWriteTokens: Number.POSITIVE_INFINITY, outputTokens: 3 }],
])('usage that cannot be still has a cost: %o', (usage) => {
  const cost = pricing().price('anthropic', 'claude-opus-5-5').cost(usage);
  expect(Number.isSafeInteger(cost) && cost >= 0).toBe(true);
});

test('what is written to the cache for an hour costs more than what is written for minutes', () => {
  const price = pricing().price('anthropic', 'claude-sonnet-4-5');
  const written = { ...noUsage, inputTokens: 1_000_000, cacheWriteTokens: 1_000_000 };
  expect(price.cost({ ...written, hourCacheWriteTokens: 1_000_000 })).toBe((price.cost(written) * 2) / 1.25);
  expect(price.cost({ ...written, hourCacheWriteTokens: 1_000_000 })).toBeLessThanOrEqual(price.most(1_000_000, 0));
});
