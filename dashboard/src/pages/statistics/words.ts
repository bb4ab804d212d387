import type { Answer } from '../../api/operations.ts';
import { usd } from '../../words/money.ts';

export type StatisticsAnswer = Answer<'readStatistics'>;
export type Goal = StatisticsAnswer['acceptance'][number];
export type Row = StatisticsAnswer['rows'][number];
export type Suggestion = Answer<'readThresholds'>['suggestions'][number];

/** What rows can stand for, in the order in which they are offered. */
export const groupings = ['world', 'agent', 'model', 'phase', 'repository'] as const;
export type Grouping = (typeof groupings)[number];

export function groupingOf(word: string | undefined): Grouping {
  return groupings.find((each) => each === word) ?? 'world';
}

/** `80 %`; a dash of nothing. */
export function percent(part: number, of: number): string {
  return of === 0 ? '–' : `${Math.round((100 * part) / of)} %`;
}

export function minutes(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} min`;
}

export function points(value: number | null): string {
  return value === null ? '–' : value.toFixed(1);
}

/** What models have cost, which may be the most that they can have cost. */
export function shownCost({ costUsd, unknownPrices }: Row): string {
  return `${unknownPrices > 0 ? 'at most ' : ''}${usd(costUsd)}`;
}

/** `2 same error, 1 cost`. */
export function earlyEnds(early: Row['early']): string {
  const parts = Object.entries(early).map(([rule, count]) => `${count} ${rule.replaceAll('-', ' ')}`);
  return parts.length === 0 ? '–' : parts.join(', ');
}

/** `below 30 min`. */
export function goalWords({ side, bound, unit }: Goal): string {
  return `${side} ${bound} ${unit}`;
}

/** What was measured, in the unit of the goal; a dash where nothing was. */
export function valueWords({ measured, unit }: Goal): string {
  if (measured.verdict === 'not-measured') return '–';
  return `${measured.value.toFixed(measured.value < 10 ? 2 : 1)} ${unit}`;
}

/** `90 of 100, 83 to 94 % at a confidence of 95 %`. */
export function evidenceWords({ share, bounds }: Extract<Suggestion, { kind: 'keep' }>): string {
  return `${share.part} of the ${share.of} from there on were right: ${Math.round(bounds.low * 100)} to ${Math.round(bounds.high * 100)} % at a confidence of 95 %`;
}
