import type { BreakerOutcome } from '../../domain/breaker.ts';
import { noUsage } from '../../domain/model.ts';
import type { ModelUsage } from '../../domain/model.ts';
import type { Permit } from '../../ports/model-ledger.ts';
import type { Bill } from './bill.ts';
import type { Call } from './call.ts';
import type { ProviderCircuit } from './circuit.ts';

/** One try to have an answer of a provider, with what has to be told of it in the end. */
export interface Trial {
  readonly call: Call;
  readonly bill: Bill;
  readonly permit: Permit;
  readonly circuit: ProviderCircuit;
}

/** The provider has answered, or began to. `usage` undefined: it does not say what it cost, or not to its end. */
export async function settleAnswered(trial: Trial, usage: ModelUsage | undefined, outcome: BreakerOutcome): Promise<void> {
  const { call, bill, circuit } = trial;
  const [cost] = await Promise.all([
    bill.settle(usage === undefined ? { kind: 'unsure', usage } : { kind: 'answered', usage }),
    correctTurn(trial, usage),
    circuit.report(outcome),
  ]);
  const { model } = call;
  if (model === undefined) return;
  call.caller.onEvent({ type: 'answered', usage: usage ?? noUsage, cost, cached: false, model: model.read.model });
}

/** There is no answer. @param mayCost whether the provider may want to be paid all the same. */
export async function settleFailed(trial: Trial, mayCost: boolean): Promise<void> {
  await Promise.all([
    trial.bill.settle(mayCost ? { kind: 'unsure', usage: undefined } : { kind: 'failed' }),
    mayCost ? undefined : correctTurn(trial, noUsage),
  ]);
}

/** Where nobody knows better, what was estimated counts. */
async function correctTurn({ call, permit }: Trial, usage: ModelUsage | undefined): Promise<void> {
  if (usage === undefined || call.model === undefined) return;
  await call.parts.rates.used(permit.id, usage.inputTokens + usage.outputTokens);
}
