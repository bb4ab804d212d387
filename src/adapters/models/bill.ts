import { noUsage } from '../../domain/model.ts';
import type { ModelUsage } from '../../domain/model.ts';
import type { CallCost } from '../../ports/exchange.ts';
import type { CallEnd } from '../../ports/model-ledger.ts';
import type { Call } from './call.ts';

/** How a call ended, as far as its cost is concerned. */
export type BillEnd =
  | { readonly kind: 'answered'; readonly usage: ModelUsage }
  /** It broke off, or did not say what it cost. `usage`: what is known of it. */
  | { readonly kind: 'unsure'; readonly usage: ModelUsage | undefined }
  /** Refused before anything was generated. */
  | { readonly kind: 'failed' };

/** Money that is reserved for one call. */
export interface Bill {
  /** Also the name under which the call is known elsewhere. */
  readonly callId: string;
  /** The first time counts; whoever comes later is told the same. */
  settle(this: void, end: BillEnd): Promise<CallCost>;
}

/** @param mostMicroUsd what was reserved, and what counts where nobody knows better. */
export function openBill(call: Call, callId: string, mostMicroUsd: number): Bill {
  let settled: Promise<CallCost> | undefined;
  const settle = async (end: BillEnd): Promise<CallCost> => {
    const { money, clock } = call.parts;
    const priceKnown = call.model === undefined || call.model.price.kind === 'known';
    const { usage, microUsd } = costOf(call, end, mostMicroUsd);
    const durationMs = clock.monotonic() - call.began;
    await money.settle(callId, { kind: end.kind, usage, costMicroUsd: microUsd, priceKnown, durationMs });
    return { microUsd, known: priceKnown };
  };
  return { callId, settle: (end) => (settled ??= settle(end)) };
}

function costOf(call: Call, end: BillEnd, mostMicroUsd: number): { readonly usage: ModelUsage; readonly microUsd: number } {
  switch (end.kind) {
    case 'answered':
      return { usage: end.usage, microUsd: call.model?.price.cost(end.usage) ?? 0 };
    case 'unsure':
      return { usage: end.usage ?? noUsage, microUsd: mostMicroUsd };
    case 'failed':
      return { usage: noUsage, microUsd: 0 };
  }
}

/** For what asks no model: nothing is reserved, and nothing recorded. */
export function freeBill(callId: string): Bill {
  return { callId, settle: async () => ({ microUsd: 0, known: true }) };
}

/** Records an answer that nobody was asked for. */
export async function recordCached(call: Call, callId: string, usage: ModelUsage): Promise<void> {
  const end: CallEnd = { kind: 'cached', usage, costMicroUsd: 0, priceKnown: true, durationMs: call.parts.clock.monotonic() - call.began };
  await call.parts.money.record(newCall(call, callId), end);
}

/** What the ledger is told of a call. */
export function newCall({ parts, caller, provider, model }: Call, id: string) {
  const { jobId, taskId, planTask, world, purpose, limits } = caller;
  return {
    id,
    jobId,
    taskId,
    planTask,
    world,
    purpose,
    provider: provider.name,
    model: model?.read.model ?? '',
    owner: parts.owner.name,
    limits,
  };
}
