import { grouped } from '../domain/grouped.ts';
import type { Share } from '../domain/statistics/figures.ts';
import type { Goal } from '../domain/statistics/goals.ts';
import type { StatisticsRow } from '../domain/statistics/rows.ts';
import type { StatisticsReport } from '../operations/statistics/report-statistics.ts';
import { oneLine } from './one-line.ts';
import { tableLines } from './table-lines.ts';

/** Statistics for people. @param program what commands begin with. */
export function statisticsLines(report: StatisticsReport, program: string): readonly string[] {
  if (report.runs.ended === 0) return nothingYet(report, program);
  return [
    ...runLines(report),
    '',
    ...tableLines(rowCells(report)),
    '',
    ...choiceLines(report),
    ...outcomeLines(report),
    ...peopleLines(report),
    ...deploymentLines(report),
    '',
    'Minutes by phase, of issues that were completed (the median against the goal)',
    ...tableLines([
      ['phase', 'goal', 'median', '90 %', '', ''],
      ...report.phases.map((goal) => [goal.name, goal.bound.toString(), shownValue(goal), number(goal.p90), ...standing(goal)]),
    ]),
    '',
    'Acceptance',
    ...tableLines([
      ['figure', 'goal', 'is', '', ''],
      ...report.acceptance.map((goal) => [goal.name, `${goal.side} ${goal.bound} ${goal.unit}`, shownValue(goal), ...standing(goal)]),
    ]),
  ];
}

function nothingYet({ runs, since, repository }: StatisticsReport, program: string): readonly string[] {
  const where = repository === null ? '' : ` in ${oneLine(repository)}`;
  const open = runs.open === 0 ? [] : [`${counted(runs.open, 'run')} ${runs.open === 1 ? 'is' : 'are'} under way.`];
  return since === null
    ? [`No run has ended${where} yet.`, ...open, `Begin one: ${program} run ISSUE.md`]
    : [`No run has ended${where} since ${day(since)}.`, ...open, `Look further back: ${program} stats`];
}

function runLines({ runs, since, repository }: StatisticsReport): readonly string[] {
  const parts = [`${grouped(runs.completed)} completed`, `${grouped(runs.failed)} failed`, `${grouped(runs.cancelled)} cancelled`];
  const where = repository === null ? '' : ` in ${oneLine(repository)}`;
  const from = since === null ? '' : ` since ${day(since)}`;
  return [
    `${counted(runs.ended, 'run')} ended${where}${from}: ${parts.join(', ')}.`,
    ...(runs.open === 0 ? [] : [`${counted(runs.open, 'run')} under way ${runs.open === 1 ? 'is' : 'are'} not counted.`]),
    ...(runs.notCounted === 0 ? [] : [`${counted(runs.notCounted, 'run')} ${runs.notCounted === 1 ? 'was' : 'were'} not summed up yet.`]),
  ];
}

function rowCells({ by, rows }: StatisticsReport): readonly (readonly string[])[] {
  const isPhase = by === 'phase';
  const head = [by, isPhase ? 'runs' : 'tries', 'went well', 'score', 'USD', 'median', '90 %', 'calls', 'kept', 'early', 'wins'];
  return [head, ...rows.map((row) => cellsOf(row))];
}

function cellsOf(row: StatisticsRow): readonly string[] {
  const early = Object.entries(row.early).map(([rule, count]) => `${count} ${rule}`);
  return [
    oneLine(row.name),
    grouped(row.tries),
    percent({ part: row.succeeded, of: row.tries }),
    number(row.meanScore),
    `${row.unknownPrices > 0 ? 'at most ' : ''}${row.costUsd.toFixed(2)}`,
    minutes(row.medianMinutes),
    minutes(row.p90Minutes),
    row.calls === null ? '-' : grouped(row.calls),
    row.calls === null || row.cachedCalls === null ? '-' : percent({ part: row.cachedCalls, of: row.calls }),
    early.length === 0 ? '-' : early.join(', '),
    row.wins === null ? '-' : grouped(row.wins),
  ];
}

function choiceLines({ choices: { compared, differs, right } }: StatisticsReport): readonly string[] {
  if (compared === 0) return ['Choice against plain score: no choice can be compared yet.'];
  const seen = [`the choice ${right.choice}`, `the score ${right.plain}`, `neither ${right.neither}`, `not known ${right.unknown}`];
  const who = differs === 0 ? '' : ` Who was right: ${seen.join(', ')}.`;
  return [`Choice against plain score: in ${differs} of ${counted(compared, 'choice')} another world won than the best by score.${who}`];
}

const reasons = {
  merged: 'merged',
  live: 'live and proven',
  'picked-otherwise': 'another world was picked',
  mended: 'mended by a person',
  rejected: 'rejected',
  reverted: 'reverted',
  'taken-back': 'its release did not hold',
} as const;

function outcomeLines({ outcomes: { right, wrong, unknown, because } }: StatisticsReport): readonly string[] {
  const why = Object.entries(because).map(([reason, count]) => `${reasons[reason as keyof typeof because]} ${count}`);
  return [`Changes known to be right: ${right}, wrong: ${wrong}, not known: ${unknown}${why.length === 0 ? '' : ` (${why.join(', ')})`}.`];
}

function peopleLines({ people: { interventionsPerRun, alone, mergedAlone, waitedMinutes } }: StatisticsReport): readonly string[] {
  return [
    `People: ${number(interventionsPerRun)} interventions a run; ${percent(alone)} of ${alone.of} issues without any; ${minutes(waitedMinutes)} min waited for them on average.`,
    mergedAlone.of === 0
      ? 'Merged without asking: no pull request was merged.'
      : `Merged without asking: ${percent(mergedAlone)} of ${mergedAlone.of}.`,
  ];
}

function deploymentLines({ deployments: { live, refused, rolledBack, broken } }: StatisticsReport): readonly string[] {
  const of = live + refused + rolledBack + broken;
  if (of === 0) return ['Deployments: none has ended.'];
  return [`Deployments: ${percent({ part: live, of })} of ${of} live; ${rolledBack} rolled back, ${refused} refused, ${broken} broken.`];
}

function shownValue({ measured }: Goal): string {
  return measured.verdict === 'not-measured' ? '-' : number(measured.value);
}

function standing({ measured }: Goal): readonly [string, string] {
  return measured.verdict === 'not-measured' ? ['not measured', measured.why] : [measured.verdict, measured.of];
}

function percent({ part, of }: Share): string {
  return of === 0 ? '-' : `${Math.round((100 * part) / of)} %`;
}

function number(value: number | null): string {
  return value === null ? '-' : value.toFixed(value < 10 ? 2 : 1);
}

function minutes(value: number | null): string {
  return value === null ? '-' : value.toFixed(1);
}

function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
