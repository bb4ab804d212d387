import type { MicroUsd } from './money.ts';

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
