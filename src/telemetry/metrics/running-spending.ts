import { addUsage, noUsage } from '../../domain/model.ts';
import type { ModelUsage } from '../../domain/model.ts';
import type { Money, Spending } from '../../ports/model-ledger.ts';

/** What calls of one model came to. */
export interface ModelSpending {
  readonly model: string;
  readonly calls: number;
  readonly cached: number;
  readonly usage: ModelUsage;
  readonly costMicroUsd: number;
}

/** Calls that began longer ago have come to their end, in ms. */
const settledAfterMs = 3_600_000;
/** How far behind that the sum of settled calls may be before it is moved on, in ms. */
const moveEveryMs = 600_000;

/**
 * What was spent on each model since the beginning. Only the calls of the last hour are added up anew each time it is asked for: those before have ended,
 * and their sum is kept. A call that is settled later than that, because its process died, is counted from the next start of the service on.
 */
export function runningSpending(money: Pick<Money, 'spentBy'>, now: () => number): () => Promise<readonly ModelSpending[]> {
  let until = 0;
  let settled = new Map<string, ModelSpending>();
  let last: Promise<unknown> = Promise.resolve();

  async function read(): Promise<readonly ModelSpending[]> {
    const end = now() - settledAfterMs;
    if (end - until >= moveEveryMs) {
      settled = added(settled, await money.spentBy('model', { since: until, before: end }));
      until = end;
    }
    return [...added(settled, await money.spentBy('model', { since: until })).values()];
  }

  // One after the other: two at a time could both move the sum on.
  return async () => {
    const next = last.then(read, read);
    last = next;
    return await next;
  };
}

function added(
  sums: ReadonlyMap<string, ModelSpending>,
  more: ReadonlyArray<Spending & { readonly name: string }>,
): Map<string, ModelSpending> {
  const all = new Map(sums);
  for (const { name: model, calls, cached, usage, costMicroUsd } of more) {
    const before = all.get(model) ?? { model, calls: 0, cached: 0, usage: noUsage, costMicroUsd: 0 };
    all.set(model, {
      model,
      calls: before.calls + calls,
      cached: before.cached + cached,
      usage: addUsage(before.usage, usage),
      costMicroUsd: before.costMicroUsd + costMicroUsd,
    });
  }
  return all;
}
