import { showUsd } from '../../domain/money.ts';
import type { MoneyScope, MoneyStand } from '../../domain/money-scope.ts';
import type { ProviderFailure } from '../../domain/provider-failure.ts';
import type { ExchangeAnswer } from '../../ports/exchange.ts';
import { inOnePiece } from './cached.ts';
import type { Call } from './call.ts';
import { refusalBody } from './wire/wire.ts';
import type { WireRefusal } from './wire/wire.ts';

/** An answer of ours in place of the provider's, in the words of its protocol. */
export function refusal(protocol: Call['protocol'], said: WireRefusal): ExchangeAnswer {
  const { headers, body } = refusalBody(protocol, said);
  return { status: said.status, headers, body: inOnePiece(body) };
}

/** A provider that has failed all the time is left alone. @param until epoch ms. */
export function circuitRefusal({ protocol, provider, caller }: Call, until: number): ExchangeAnswer {
  const message = `${provider.name} has failed again and again; it is not asked again before ${new Date(until).toISOString()}.`;
  caller.onEvent({ type: 'failed', failure: { kind: 'unavailable', retryAfterMs: undefined, message } });
  return refusal(protocol, { status: 503, type: 'miyabi_unavailable', message });
}

/** The provider did not answer in a way that could be handed on, however often it was asked. */
export function noAnswer({ protocol }: Call, { kind, message }: ProviderFailure): ExchangeAnswer {
  return refusal(protocol, { status: kind === 'no-key' ? 401 : 502, type: `miyabi_${kind.replaceAll('-', '_')}`, message });
}

/** Where each budget is set. */
const settings: Readonly<Record<MoneyScope, string>> = {
  world: '`budget.worldUsd`, or `costUsd` of that world in `worlds.settings`',
  task: '`budget.taskUsd`',
  run: '`budget.issueUsd`',
  month: '`budget.monthUsd`',
};
const names: Readonly<Record<MoneyScope, string>> = { world: 'this world', task: 'this task', run: 'this run', month: 'this month' };

/** Why no more money is spent, for people and for the programs that asked. @param at whether nothing is left, or nobody said that it may go on. */
export function budgetRefusal(stand: MoneyStand, at: 'pause' | 'stop'): string {
  const { scope, key, spentMicroUsd, reservedMicroUsd, limitMicroUsd } = stand;
  const budget = scope === 'month' ? `The budget of ${names.month} (${key})` : `The budget of ${names[scope]}`;
  const used = `${showUsd(spentMicroUsd + reservedMicroUsd)} of ${showUsd(limitMicroUsd)} USD`;
  const reserved = reservedMicroUsd === 0 ? '' : `, ${showUsd(reservedMicroUsd)} of it for calls under way`;
  const raise = `raise ${settings[scope]}`;
  return at === 'stop'
    ? `${budget} is used up: ${used}${reserved}. To go on, ${raise}.`
    : `${budget} is nearly used up: ${used}${reserved}, and nobody has said that the rest may be spent. To go on, say so when asked, or ${raise}.`;
}
