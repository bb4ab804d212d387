import type { ProviderFailure } from '../../domain/provider-failure.ts';
import { decideProviderRetry } from '../../domain/provider-retry.ts';
import type { ExchangeAnswer } from '../../ports/exchange.ts';
import { inOnePiece } from './cached.ts';
import type { Call } from './call.ts';
import { openCircuit, outcomeOf } from './circuit.ts';
import { budgetRefusal, noAnswer, refusal } from './refusal.ts';
import { reserveMoney } from './reserve.ts';
import { tryOnce } from './try-once.ts';
import type { Tried } from './tried.ts';
import { waitFor } from './turn.ts';

/**
 * Asks the provider, and asks again where that makes sense. Each try has its own money, turn and record.
 *
 * @param key under which the answer is kept; undefined where it is not.
 * @throws the signal's reason when it aborts.
 */
export async function askUntilAnswered(call: Call, key: string | undefined): Promise<ExchangeAnswer> {
  const circuit = openCircuit(call);
  try {
    for (let again = 0; ; again += 1) {
      const reserved = await reserveMoney(call);
      if (reserved.kind === 'refused') {
        await circuit.report('nothing');
        return refusal(call.protocol, { status: 402, type: 'miyabi_budget', message: budgetRefusal(reserved.stand, reserved.at) });
      }
      const tried = await tryOnce({ call, bill: reserved.bill, circuit, key });
      if (tried.kind === 'answer') return tried.answer;
      const last = await untilNextTry(call, tried, again);
      if (last === undefined) continue;
      await circuit.report(outcomeOf(last));
      return lastAnswer(call, tried, last);
    }
  } catch (error) {
    await circuit.report('nothing');
    throw error;
  }
}

type Failed = Extract<Tried, { readonly kind: 'failed' }>;

/** Waits where another try makes sense. @returns why there is none. */
async function untilNextTry(call: Call, { failure, isGarbled }: Failed, again: number): Promise<ProviderFailure | undefined> {
  const { parts, provider, caller, request } = call;
  // What came broken may come whole the next time.
  const known: ProviderFailure = isGarbled ? { kind: 'network', message: failure.message } : failure;
  const chance = { random: parts.random(), now: parts.clock.now() };
  const retry = decideProviderRetry(known, again, chance, parts.settings.retry);
  if (retry.kind === 'give-up') return isGarbled ? failure : retry.failure;
  const { inMs } = retry;
  caller.onEvent({ type: 'retrying', attempt: again + 1, inMs, failure });
  if (failure.kind === 'throttled') await parts.rates.hold(provider.rateKey, chance.now + inMs, `${provider.name} asks everybody to wait`);
  await waitFor(inMs, request.signal);
  return undefined;
}

/** What the provider said is handed on as it was said; whoever asked is not to ask again, because we did. */
function lastAnswer(call: Call, { said }: Failed, failure: ProviderFailure): ExchangeAnswer {
  call.caller.onEvent({ type: 'failed', failure });
  if (said === undefined) return noAnswer(call, failure);
  const headers = [...said.headers.filter(([name]) => name.toLowerCase() !== 'x-should-retry'), ['x-should-retry', 'false'] as const];
  return { status: said.status, headers, body: inOnePiece(said.body) };
}
