import type { MoneyStand } from '../../domain/money-scope.ts';
import { freeBill, newCall, openBill } from './bill.ts';
import type { Bill } from './bill.ts';
import type { Call } from './call.ts';

export type ReservedMoney =
  | { readonly kind: 'reserved'; readonly bill: Bill }
  | { readonly kind: 'refused'; readonly at: 'pause' | 'stop'; readonly stand: MoneyStand };

/**
 * Reserves the most that a call can cost. Where a budget is nearly used up a person is asked first, as long as that takes.
 * @throws the signal's reason when it aborts; nothing is reserved then.
 */
export async function reserveMoney(call: Call): Promise<ReservedMoney> {
  const { parts, caller, model, request } = call;
  const id = parts.ids.next();
  if (model === undefined) return { kind: 'reserved', bill: freeBill(id) };
  const mostMicroUsd = model.price.most(model.read.inputTokens, model.mostOutputTokens);
  for (;;) {
    request.signal.throwIfAborted();
    const reservation = await parts.money.reserve({ ...newCall(call, id), mostMicroUsd });
    switch (reservation.kind) {
      case 'reserved':
        for (const stand of reservation.warned) caller.onEvent({ type: 'budget', at: 'warn', stand });
        return { kind: 'reserved', bill: openBill(call, id, mostMicroUsd) };
      case 'stopped':
        caller.onEvent({ type: 'budget', at: 'stop', stand: reservation.stand });
        return { kind: 'refused', at: 'stop', stand: reservation.stand };
      case 'paused': {
        const { stand } = reservation;
        caller.onEvent({ type: 'budget', at: 'pause', stand });
        if (!(await caller.askToGoOn(stand, request.signal))) return { kind: 'refused', at: 'pause', stand };
        await parts.money.release(stand, 'a person who was asked');
      }
    }
  }
}
