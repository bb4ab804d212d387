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

/** Calls that began longer ago are written down, in ms: the clocks of two machines differ by less, and no transaction takes as long. */
const writtenAfterMs = 300_000;
/** How far behind that the sum of calls that have ended may be before it is moved on, in ms. */
const moveEveryMs = 60_000;

/**
 * What was spent on each model since the beginning. Only the latest calls are added up anew each time it is asked for, from the oldest on that has not come
 * to its end: those before have, and their sum is kept.
 */
export function runningSpending(money: Pick<Money, 'spentBy' | 'oldestOpen'>, now: () => number): () => Promise<readonly ModelSpending[]> {
  let until = 0;
  let settled = new Map<string, ModelSpending>();
  let last: Promise<unknown> = Promise.resolve();

  async function read(): Promise<readonly ModelSpending[]> {
    const end = now() - writtenAfterMs;
    if (end - until >= moveEveryMs) {
      const to = Math.min(end, (await money.oldestOpen()) ?? end);
      if (to > until) {
        settled = added(settled, await money.spentBy('model', { since: until, before: to }));
        until = to;
      }
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
