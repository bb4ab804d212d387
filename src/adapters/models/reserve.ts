import { isUsed } from '../../domain/money-scope.ts';
import type { MoneyStand } from '../../domain/money-scope.ts';
import { freeBill, newCall, openBill } from './bill.ts';
import type { Bill } from './bill.ts';
import type { Call } from './call.ts';
import { waitFor } from './turn.ts';

export type ReservedMoney =
  | { readonly kind: 'reserved'; readonly bill: Bill }
  | { readonly kind: 'refused'; readonly at: 'pause' | 'stop'; readonly stand: MoneyStand };

/** How often (ms) it is looked whether calls under way have left something: at first, and at most. */
const looks = { firstMs: 50, mostMs: 1_000 };

/**
 * Reserves the most that a call can cost. Nearly all calls cost much less, so where a budget is full only by what is reserved for calls under
 * way, these are waited for. Where it is nearly spent a person is asked first, as long as that takes.
 *
 * @throws the signal's reason when it aborts; nothing is reserved then.
 */
export async function reserveMoney(call: Call): Promise<ReservedMoney> {
  const { parts, caller, model, request } = call;
  const id = parts.ids.next();
  if (model === undefined) return { kind: 'reserved', bill: freeBill(id) };
  const mostMicroUsd = model.price.most(model.read.inputTokens, model.mostOutputTokens);
  for (let waited = 0; ; waited += 1) {
    request.signal.throwIfAborted();
    const reservation = await parts.money.reserve({ ...newCall(call, id), mostMicroUsd });
    if (reservation.kind === 'reserved') {
      for (const stand of reservation.warned) caller.onEvent({ type: 'budget', at: 'warn', stand });
      return { kind: 'reserved', bill: openBill(call, id, mostMicroUsd) };
    }
    const { stand } = reservation;
    const at = reservation.kind === 'stopped' ? 'stop' : 'pause';
    if (!isUsed({ ...stand, reservedMicroUsd: 0 }, at)) {
      // Those of a process that has died never end by themselves.
      if (waited > 0 && (await parts.money.settleAbandoned((owner) => parts.owner.isAlive(owner))) > 0) continue;
      if (waited === 0)
        caller.onEvent({ type: 'waiting', forMs: looks.firstMs, why: 'calls under way have reserved the rest of the budget' });
      await waitFor(Math.min(looks.mostMs, looks.firstMs * 2 ** waited), request.signal);
      continue;
    }
    caller.onEvent({ type: 'budget', at, stand });
    if (at === 'stop' || !(await caller.askToGoOn(stand, request.signal))) return { kind: 'refused', at, stand };
    await parts.money.release(stand, 'a person who was asked');
  }
}
