import type { MicroUsd } from './money.ts';
import { showUsd } from './money.ts';

/** What a budget is for. */
export const moneyScopes = ['world', 'task', 'run', 'month'] as const;
export type MoneyScope = (typeof moneyScopes)[number];

/** One budget that a call counts against. */
export interface MoneyLimit {
  readonly scope: MoneyScope;
  /** Which one: a task id for a world or a plan task, a job id for a run, `2026-11` (UTC) for a month. */
  readonly key: string;
  readonly limitMicroUsd: MicroUsd;
}

/** Shares of a budget (percent) at which it is told, at which a person is asked before more is spent, and at which nothing more is spent. */
export const moneyThresholds = { warn: 75, pause: 90, stop: 100 } as const;

/** How full a budget is; what is reserved for calls under way counts as spent. */
export interface MoneyStand extends MoneyLimit {
  readonly spentMicroUsd: MicroUsd;
  /** For calls under way, or cut off, at their highest possible cost. */
  readonly reservedMicroUsd: MicroUsd;
  /** Whether a person has said that it may be used up to its end. */
  readonly released: boolean;
}

/** What is remembered of a budget, whatever its limit is now. */
export interface MoneySums {
  readonly spentMicroUsd: MicroUsd;
  readonly reservedMicroUsd: MicroUsd;
  readonly released: boolean;
  /** The limit it had when it was told that it is nearly used up; undefined while it was not. */
  readonly warnedMicroUsd: MicroUsd | undefined;
}

/** Of a budget that nothing was ever spent of. */
export const noMoney: MoneySums = { spentMicroUsd: 0, reservedMicroUsd: 0, released: false, warnedMicroUsd: undefined };

/** One budget with what is remembered of it. */
export interface Budget {
  readonly limit: MoneyLimit;
  readonly sums: MoneySums;
}

/** Whether a call may be made. `warned`: budgets of which it is to be told now that they are nearly used up, the call included. */
export type MoneyAdmission =
  | { readonly kind: 'admitted'; readonly warned: readonly MoneyStand[] }
  | { readonly kind: 'paused' | 'stopped'; readonly stand: MoneyStand };

export function standOf({ limit, sums }: Budget): MoneyStand {
  const { spentMicroUsd, reservedMicroUsd, released } = sums;
  return { ...limit, spentMicroUsd, reservedMicroUsd, released };
}

/**
 * Lets a call through while what is spent and reserved is below the threshold in every budget, so that no budget is ever exceeded by more than
 * the highest cost of one call. A call that cannot cost anything exceeds nothing, and is always let through. It is told of a budget when what is
 * spent and this call may come to the threshold.
 */
export function admitMoney(budgets: readonly Budget[], mostMicroUsd: MicroUsd): MoneyAdmission {
  if (mostMicroUsd === 0) return { kind: 'admitted', warned: [] };
  const stands = budgets.map(standOf);
  const stopped = stands.find((stand) => isUsed(stand, 'stop'));
  if (stopped !== undefined) return { kind: 'stopped', stand: stopped };
  const paused = stands.find((stand) => !stand.released && isUsed(stand, 'pause'));
  if (paused !== undefined) return { kind: 'paused', stand: paused };
  const warned = budgets
    .filter(({ limit, sums }) => sums.warnedMicroUsd === undefined || sums.warnedMicroUsd < limit.limitMicroUsd)
    // What other calls have reserved does not count: nearly all of it comes back, and of a budget it is told only once.
    .map(({ limit, sums }) => standOf({ limit, sums: { ...sums, reservedMicroUsd: mostMicroUsd } }))
    .filter((stand) => isUsed(stand, 'warn'));
  return { kind: 'admitted', warned };
}

/** Whether a budget has reached a threshold. */
export function isUsed({ spentMicroUsd, reservedMicroUsd, limitMicroUsd }: MoneyStand, threshold: keyof typeof moneyThresholds): boolean {
  return (spentMicroUsd + reservedMicroUsd) * 100 >= limitMicroUsd * moneyThresholds[threshold];
}

/**
 * Whether a budget says no only because of what is reserved for calls under way. Most of them cost less than that in the end, so that asking again
 * once some have ended may be enough, and no person need be asked before.
 */
export function mayHaveRoomLater(stand: MoneyStand): boolean {
  return stand.reservedMicroUsd > 0 && !isUsed({ ...stand, reservedMicroUsd: 0 }, stand.released ? 'stop' : 'pause');
}

/** The month (UTC) that a point in time, in epoch ms, counts to, such as `2026-11`: the key of its budget. */
export function monthKey(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

/** How full a budget is, for people: a clause without its full stop, such as `0.41 of 0.50 USD of the budget of this run are used up`. */
export function standInWords({ scope, spentMicroUsd, reservedMicroUsd, limitMicroUsd }: MoneyStand): string {
  const used = `${showUsd(spentMicroUsd + reservedMicroUsd)} of ${showUsd(limitMicroUsd)} USD of the budget of this ${scope}`;
  return reservedMicroUsd === 0 ? `${used} are used up` : `${used} may be used up, ${showUsd(reservedMicroUsd)} of it by calls under way`;
}
