import type { Goal } from '../../src/domain/statistics/goals.ts';
import type { StatisticsReport } from '../../src/operations/statistics/report-statistics.ts';
import type { Figure, Skipped } from '../support/figures.ts';
import { atLeast, atMost, figure } from '../support/figures.ts';
import { median, percentile } from '../support/statistics.ts';
import type { CarriedIssue } from './carry.ts';
import type { MachinePeaks } from './machine-peaks.ts';

export interface AcceptanceFigures {
  readonly figures: readonly Figure[];
  readonly skipped: readonly Skipped[];
}

/** Measured here, so that what the statistics say of them is left out. */
const ownNames: ReadonlySet<string> = new Set(['memory in use', 'processors in use', 'an issue, on average']);

/** What was seen from outside, and what the product's own statistics say of the same runs. */
export function acceptanceFigures(
  carried: readonly CarriedIssue[],
  { acceptance, phases, people, deployments }: StatisticsReport,
  { memory, processors, processorsMedian }: MachinePeaks,
): AcceptanceFigures {
  const closed = carried.filter(({ end }) => end === 'closed');
  const minutes = closed.map((issue) => issue.minutes);
  const ends = ['closed', 'asks a person', 'failed', 'late']
    .map((end) => [end, carried.filter((issue) => issue.end === end).map(({ name }) => name)] as const)
    .filter(([end, names]) => end !== 'closed' && names.length > 0)
    .map(([end, names]) => `${end}: ${names.join(', ')}`);
  const goals = [...acceptance, ...phases].filter(({ name }) => !ownNames.has(name));
  return {
    figures: [
      figure('issues', carried.length, 'issues', { goal: atLeast(20), detail: 'written at the forge' }),
      figure('issues closed', (100 * closed.length) / carried.length, '%', {
        detail: ['merged, deployed and watched, without anybody’s hands', ...ends].join('; '),
      }),
      figure('an issue, on average', minutes.reduce((sum, one) => sum + one, 0) / minutes.length, 'min', {
        goal: atMost(30),
        detail: `from the moment it was written; median ${median(minutes).toFixed(2)}, 95 % below ${percentile(minutes, 0.95).toFixed(2)}`,
      }),
      figure('memory in use', memory, '%', { goal: atMost(90), detail: 'of the whole machine, at most' }),
      figure('processors in use', processors, '%', {
        goal: atMost(95),
        detail: `of the whole machine, most of 10 s; half of the time below ${processorsMedian.toFixed(0)} %`,
      }),
      ...goals.flatMap(measuredFigure),
      figure('asked of people', people.interventionsPerRun ?? Number.NaN, 'times a run'),
      figure('deployments live', deployments.live, 'deployments', {
        detail: `${deployments.refused} refused, ${deployments.rolledBack} rolled back, ${deployments.broken} broken`,
      }),
    ],
    skipped: goals.flatMap(({ name, measured }) => (measured.verdict === 'not-measured' ? [{ name, reason: measured.why }] : [])),
  };
}

function measuredFigure({ name, side, bound, unit, measured }: Goal): readonly Figure[] {
  if (measured.verdict === 'not-measured') return [];
  const goal = side === 'below' ? atMost(bound) : atLeast(bound);
  return [figure(name, measured.value, unit, { goal, detail: measured.of })];
}
