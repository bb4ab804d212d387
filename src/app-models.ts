import { configuredProviders } from './adapters/models/configured-providers.ts';
import { systemResolve } from './adapters/network/destination.ts';
import type { Config } from './domain/config.ts';
import type { Clock } from './ports/clock.ts';
import type { IdSource } from './ports/ids.ts';
import type { Ledger } from './ports/ledger.ts';
import type { Models } from './ports/model.ts';
import type { Owner } from './ports/owner.ts';
import type { Telemetry } from './ports/telemetry.ts';
import { observeExchange } from './telemetry/observe/exchange.ts';

/** What the models of a machine are wired from; a part of `app.ts` that is loaded when a model is first asked for. */
export interface ModelsRequest {
  readonly config: Config['models'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly owner: Owner;
  readonly telemetry: Telemetry;
}

/**
 * Every provider of models behind the one exchange. Disposing it lets go of connections that nobody uses.
 *
 * @throws Failure (configuration) when the address of a provider is none that may be asked.
 */
export async function wireModels(request: ModelsRequest): Promise<Models & Disposable> {
  const { config, environment, ledger, clock, ids, owner, telemetry } = request;
  const [{ createExchange }, { createModels }, { createPricing }] = await Promise.all([
    import('./adapters/models/exchange.ts'),
    import('./adapters/models/models.ts'),
    import('./adapters/models/prices.ts'),
  ]);
  // What is reserved for a call is given up when its process is dead, so this one has to be seen alive.
  await owner.hold();
  const providers = configuredProviders(config, environment, systemResolve);
  const exchange = createExchange({
    providers,
    pricing: createPricing(config),
    money: ledger.money,
    rates: ledger.rates,
    responses: ledger.responses,
    breakers: ledger.breakers,
    clock,
    ids,
    owner,
    random: Math.random,
    settings: { cache: config.cache, mostOutputTokens: config.mostOutputTokens },
  });
  const observed = observeExchange(exchange, telemetry);
  return Object.assign(createModels({ config, environment, exchange: observed }), { [Symbol.dispose]: () => providers.close() });
}
