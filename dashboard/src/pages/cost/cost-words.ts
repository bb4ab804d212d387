import type { Answer } from '../../api/operations.ts';
import { usd } from '../../words/money.ts';

export type CostAnswer = Answer<'readCost'>;
export type CostRow = CostAnswer['total'];

/** What was spent; `at most` where some of it is known no better. */
export function shownCost({ costUsd, unknownPrices, unsureCalls }: CostRow): string {
  return `${unknownPrices + unsureCalls > 0 ? 'at most ' : ''}${usd(costUsd)}`;
}

export function callsWords({ calls, cachedCalls, reservedUsd }: CostRow): string {
  const reserved = reservedUsd === 0 ? '' : `, ${usd(reservedUsd)} reserved for what runs`;
  return `${calls === 1 ? 'one call' : `${calls} calls`}, ${cachedCalls} answered for nothing${reserved}`;
}

export function budgetWords({ limitUsd, reservedUsd, percent }: CostAnswer['month']): string {
  const share = percent === null ? '' : ` (${percent} %)`;
  return `of ${usd(limitUsd)}${share}${reservedUsd === 0 ? '' : `, ${usd(reservedUsd)} of it reserved`}`;
}

/** People are told at three quarters, and asked at nine tenths. */
export function budgetFill({ percent }: CostAnswer['month']): string {
  if (percent === null || percent < 75) return 'bg-good';
  return percent < 90 ? 'bg-warn' : 'bg-bad';
}
