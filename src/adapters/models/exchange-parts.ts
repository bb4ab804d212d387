import type { BreakerSettings } from '../../domain/breaker.ts';
import type { ProviderRetryPolicy } from '../../domain/provider-retry.ts';
import type { Breakers } from '../../ports/breakers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdSource } from '../../ports/ids.ts';
import type { Money, Rates, Responses } from '../../ports/model-ledger.ts';
import type { Owner } from '../../ports/owner.ts';
import type { Patience } from './ask.ts';
import type { Pricing } from './pricing.ts';
import type { ConfiguredProvider } from './provider.ts';

export interface ExchangeParts {
  /** By name. */
  readonly providers: ReadonlyMap<string, ConfiguredProvider>;
  readonly pricing: Pricing;
  readonly money: Money;
  readonly rates: Rates;
  readonly responses: Responses;
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** This process, by the name under which others can ask whether it lives; and whether they do. */
  readonly owner: Pick<Owner, 'name' | 'isAlive'>;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly settings: ExchangeSettings;
}

export interface ExchangeSettings {
  /** Whether answers are kept, and given again to the same question. */
  readonly cache: boolean;
  /** Output of one answer (tokens), where a request does not say. */
  readonly mostOutputTokens: number;
  readonly retry?: ProviderRetryPolicy;
  readonly patience?: Patience;
  readonly breaker?: BreakerSettings;
}
