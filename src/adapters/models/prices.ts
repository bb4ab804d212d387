import { createRequire } from 'node:module';
import type { calcPrice, Usage } from '@pydantic/genai-prices';
import type { Config } from '../../domain/config.ts';
import type { PriceSettings } from '../../domain/config-models.ts';
import type { ModelUsage } from '../../domain/model.ts';
import type { MicroUsd } from '../../domain/money.ts';
import { knownProviders, makerNames } from '../../domain/providers.ts';
import type { ModelPrice, Pricing } from './pricing.ts';

/** US dollars for so many tokens; the parts of the input are never more than the whole. */
type Dollars = (usage: ModelUsage) => number;

/**
 * What models cost: what is configured for a model, else what the price list of `@pydantic/genai-prices` says of it under the name of its
 * maker, else nothing where the provider is one's own (private), has another name and no configured price for any model, else the configured price of
 * unknown models: behind a server that costs something, a model that nobody has heard of does too.
 *
 * A name stands for a maker wherever it is asked (`anthropic` through a proxy costs the same); a server of another name that offers
 * something called like a maker's model does not have that model's price.
 */
export function createPricing(models: Config['models']): Pricing {
  const providers = knownProviders(models);
  const configured = new Map(Object.entries(models.prices));
  const priced = new Set([...makerNames, ...[...configured.keys()].map((name) => name.slice(0, name.indexOf('/')))]);
  const unknown = priceOf('unknown', [bySettings(models.unknownPrice)]);
  return {
    price(provider, model) {
      const own = configured.get(`${provider}/${model}`);
      if (own !== undefined) return priceOf('known', [bySettings(own)]);
      const listed = makerNames.has(provider) ? byList(provider, model) : undefined;
      if (listed !== undefined) return priceOf('known', listed);
      return providers.get(provider)?.isPrivate === true && !priced.has(provider) ? free : unknown;
    },
  };
}

const free: ModelPrice = { kind: 'known', cost: () => 0, most: () => 0 };

/** @param ways in which the same tokens may be charged: the first is the usual one, the dearest counts for the most that they can cost. */
function priceOf(kind: ModelPrice['kind'], ways: readonly [Dollars, ...Dollars[]]): ModelPrice {
  const [usual] = ways;
  return {
    kind,
    cost: (usage) => toMicroUsd(usual(plausible(usage))),
    most(inputTokens, outputTokens) {
      const none = { inputTokens, outputTokens, cachedTokens: 0, cacheWriteTokens: 0 };
      const cases = [none, { ...none, cacheWriteTokens: inputTokens }, { ...none, cachedTokens: inputTokens }].map(plausible);
      return toMicroUsd(Math.max(...cases.flatMap((usage) => ways.map((dollars) => dollars(usage)))));
    },
  };
}

/** Up to whole micro-dollars, except for what floating point alone has added. */
function toMicroUsd(dollars: number): MicroUsd {
  return Math.max(0, Math.ceil(dollars * 1_000_000 - 1e-6));
}

/** Usage comes from outside: what cannot be is brought to the nearest that can. */
function plausible(usage: ModelUsage): ModelUsage {
  const inputTokens = countable(usage.inputTokens);
  const cachedTokens = Math.min(countable(usage.cachedTokens), inputTokens);
  const cacheWriteTokens = Math.min(countable(usage.cacheWriteTokens), inputTokens - cachedTokens);
  const hourCacheWriteTokens = Math.min(countable(usage.hourCacheWriteTokens ?? 0), cacheWriteTokens);
  return { inputTokens, outputTokens: countable(usage.outputTokens), cachedTokens, cacheWriteTokens, hourCacheWriteTokens };
}

function countable(count: number): number {
  return Number.isFinite(count) ? Math.max(0, count) : 0;
}

/** Where no price is given for the cache, its tokens cost what all input costs. */
function bySettings(settings: PriceSettings): Dollars {
  const { inputPerMillionUsd: input, outputPerMillionUsd: output } = settings;
  const { cachedPerMillionUsd: cached = input, cacheWritePerMillionUsd: written = input } = settings;
  return (usage) => {
    const plain = usage.inputTokens - usage.cachedTokens - usage.cacheWriteTokens;
    return (plain * input + usage.cachedTokens * cached + usage.cacheWriteTokens * written + usage.outputTokens * output) / 1_000_000;
  };
}

/** Prices that rise with the length of a call are found by the list itself, at these very numbers. @returns undefined where it does not know the model. */
function byList(providerId: string, model: string): readonly [Dollars, Dollars] | undefined {
  const { calcPrice: calculate } = priceList();
  const found = calculate({ input_tokens: 0, output_tokens: 0 }, model, { providerId });
  // Models for other things than text have an entry too.
  if (found?.model_price['input_mtok'] === undefined || found.model_price['output_mtok'] === undefined) return undefined;
  const dollars = (usage: Usage): number => calculate(usage, model, { providerId })?.total_price ?? 0;
  return [
    (usage) => dollars(asListed(usage)),
    // What is kept for an hour is the dearest where a maker tells it from what is kept for minutes; before a call nobody says which it is.
    (usage) => dollars({ ...asListed(usage), cache_write_1h_tokens: usage.cacheWriteTokens }),
  ];
}

function asListed(usage: ModelUsage): Usage {
  return {
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cachedTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    ...(usage.hourCacheWriteTokens === undefined ? {} : { cache_write_1h_tokens: usage.hourCacheWriteTokens }),
    output_tokens: usage.outputTokens,
  };
}

/** Read when it is first asked: it takes some 20 ms, which most commands need not spend. */
function priceList(): { readonly calcPrice: typeof calcPrice } {
  const loaded: { readonly calcPrice: typeof calcPrice } = createRequire(import.meta.url)('@pydantic/genai-prices');
  return loaded;
}
