import type { MicroUsd } from './money.ts';
import { showUsd } from './money.ts';

/** What will have been spent at the end, and how that was reckoned, in a sentence. */
export interface BurnForecast {
  readonly endMicroUsd: MicroUsd;
  readonly how: string;
}

const dayMs = 86_400_000;

/** Days that a month goes on like. */
export const forecastDays = 7;

/** What is known of the money of a month. Times are epoch ms. */
export interface MonthSoFar {
  readonly spentMicroUsd: MicroUsd;
  /** In the last {@link forecastDays} days, whichever month they are of. */
  readonly latelyMicroUsd: MicroUsd;
  /** When anything was spent for the first time ever; undefined where nothing was. */
  readonly firstAt: number | undefined;
  readonly now: number;
  /** Of the month. */
  readonly end: number;
}

/**
 * A month goes on as the last seven days went, or as all days went where there are fewer: spent + lately / days * days that are left. Less than a day says
 * nothing.
 */
export function forecastMonth({ spentMicroUsd, latelyMicroUsd, firstAt, now, end }: MonthSoFar): BurnForecast | undefined {
  if (firstAt === undefined) return undefined;
  const days = Math.min(forecastDays, (now - firstAt) / dayMs);
  if (days < 1) return undefined;
  const left = Math.max(0, end - now) / dayMs;
  const aDay = latelyMicroUsd / days;
  return {
    endMicroUsd: Math.round(spentMicroUsd + aDay * left),
    how: `${showUsd(Math.round(aDay))} USD a day, as in the last ${rounded(days)} days, for the ${rounded(left)} days that are left.`,
  };
}

/** What is known of the money of a run that is under way. */
export interface RunSoFar {
  readonly spentMicroUsd: MicroUsd;
  /** What worlds cost that have ended: here, or before this run in its repository. */
  readonly ended: { readonly worlds: number; readonly costMicroUsd: MicroUsd; readonly where: 'here' | 'before' };
  /** Worlds that are planned and not begun. */
  readonly left: number;
  /** What each world has cost so far that is at work. */
  readonly atWork: readonly MicroUsd[];
}

/**
 * Each world that is left costs what worlds did on average, and one at work at least that: spent + left * mean + the sum of max(0, mean - spent on it).
 * Without a world that has ended nothing can be said.
 */
export function forecastRun({ spentMicroUsd, ended, left, atWork }: RunSoFar): BurnForecast | undefined {
  if (ended.worlds === 0) return undefined;
  const mean = ended.costMicroUsd / ended.worlds;
  const rest = atWork.reduce((sum, cost) => sum + Math.max(0, mean - cost), 0);
  const of = ended.where === 'here' ? 'have ended in this run' : 'ended before in this repository';
  return {
    endMicroUsd: Math.round(spentMicroUsd + left * mean + rest),
    how: `${left} worlds are not begun and ${atWork.length} at work, at ${showUsd(Math.round(mean))} USD each: the mean of the ${ended.worlds} that ${of}. What comes after the worlds is not in it.`,
  };
}

function rounded(days: number): string {
  return days.toFixed(1).replace(/\.0$/, '');
}
