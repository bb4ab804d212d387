import type { ModelUsage } from '../../domain/model.ts';
import type { MicroUsd } from '../../domain/money.ts';

/** What calls to one model cost. */
export interface ModelPrice {
  /** `unknown`: nobody knows it, and the highest configured one is taken. */
  readonly kind: 'known' | 'unknown';
  cost(usage: ModelUsage): MicroUsd;
  /** The most that a call with so many tokens can cost, whatever of it comes from or goes into the provider's cache. */
  most(inputTokens: number, outputTokens: number): MicroUsd;
}

/** What models cost. Always an answer: also for models that nobody has heard of. */
export interface Pricing {
  /** @param provider as configured. @param model as the provider calls it. */
  price(provider: string, model: string): ModelPrice;
}
