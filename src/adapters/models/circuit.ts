import type { BreakerOutcome, BreakerSettings } from '../../domain/breaker.ts';
import type { ProviderFailure } from '../../domain/provider-failure.ts';
import type { Call } from './call.ts';

/** Five calls in a row that failed with all their retries; then nobody is asked for a minute. */
const providerBreaker: BreakerSettings = { failures: 5, coolMs: 60_000, successes: 2 };

/** For so long (ms) the call that tries a provider out keeps others from doing so. */
const triedForMs = 120_000;

/** Whether a provider is worth asking, as all processes have found it of late. For one call with all its retries. */
export interface ProviderCircuit {
  /** @returns undefined when it may be asked; else until when (epoch ms) it may not. Asks only once. */
  refusedUntil(this: void): Promise<number | undefined>;
  /** How the call ended. The first time counts; of a call that was never let through nothing is told. */
  report(this: void, outcome: BreakerOutcome): Promise<void>;
}

export function openCircuit({ parts, provider }: Call): ProviderCircuit {
  const { breakers, ids, settings } = parts;
  const breaker = settings.breaker ?? providerBreaker;
  const configuration = { key: `provider:${provider.rateKey}`, name: `provider ${provider.name}` };
  const holder = ids.next();
  let isAdmitted = false;
  return {
    async refusedUntil() {
      if (isAdmitted) return undefined;
      const admission = await breakers.admit(configuration, { holder, forMs: triedForMs }, breaker);
      if (admission.kind === 'refused') return admission.until;
      isAdmitted = true;
      return undefined;
    },
    async report(outcome) {
      if (!isAdmitted) return;
      isAdmitted = false;
      await breakers.report(configuration, { holder, outcome }, breaker);
    },
  };
}

/** Only a provider that cannot be reached, or cannot answer, is left alone for a while: one that refuses or holds us back works. */
export function outcomeOf({ kind }: ProviderFailure): BreakerOutcome {
  return kind === 'network' || kind === 'unavailable' ? 'failure' : 'nothing';
}
