import type { EarlyRule } from '../early-end.ts';
import { earlyRules } from '../early-end.ts';
import { toUsd } from '../money.ts';
import { runPhases } from '../run-phase.ts';
import type { CountedRun } from './counted-run.ts';
import type { StatisticsGrouping } from './groupings.ts';
import { mean, median, quantile, sum } from './figures.ts';
import type { PhaseFacts, WorldFacts } from './run-facts.ts';

/** How one thing fared: worlds of a kind, or a phase of runs. */
export interface StatisticsRow {
  readonly name: string;
  /** Worlds that came to an end of their own; of a phase the runs that went through it. */
  readonly tries: number;
  /** Of these: worlds that passed; runs in which no task of the phase came to nothing. */
  readonly succeeded: number;
  /** Points of 100; null where nothing was judged, and of phases. */
  readonly meanScore: number | null;
  readonly costUsd: number;
  /** Calls of models for which the most that they can have cost counts. */
  readonly unknownPrices: number;
  /** Wall time of a world with its checks, or of the phase in a run; null where none is known. */
  readonly medianMinutes: number | null;
  readonly p90Minutes: number | null;
  /** Calls of models, and those that were answered from what was kept; null of phases, whose calls are not told apart. */
  readonly calls: number | null;
  readonly cachedCalls: number | null;
  /** Worlds that were ended before their time, by the rule that did it. */
  readonly early: Readonly<Partial<Record<EarlyRule, number>>>;
  /** Worlds that were chosen; null of phases. */
  readonly wins: number | null;
}

/** The rows of a grouping: those with the most tries first, phases in their order. */
export function statisticsRows(runs: readonly CountedRun[], by: StatisticsGrouping): readonly StatisticsRow[] {
  if (by === 'phase') return phaseRows(runs);
  const worlds = runs.flatMap(({ repository, facts }) => facts.worlds.map((world) => ({ name: nameOf(by, world, repository), world })));
  return [...Map.groupBy(worlds, ({ name }) => name)]
    .map(([name, group]) =>
      worldRow(
        name,
        group.map(({ world }) => world),
      ),
    )
    .toSorted((one, other) => other.tries - one.tries || (one.name < other.name ? -1 : 1));
}

function nameOf(by: Exclude<StatisticsGrouping, 'phase'>, { agent, settings, model }: WorldFacts, repository: string): string {
  switch (by) {
    case 'world':
      return `${agent}: ${settings}`;
    case 'agent':
      return agent;
    case 'model':
      return model ?? 'no model';
    case 'repository':
      return repository;
  }
}

function worldRow(name: string, worlds: readonly WorldFacts[]): StatisticsRow {
  const tries = worlds.filter(hasShownItself);
  const minutes = tries.flatMap(({ ms }) => (ms === null ? [] : [ms / 60_000]));
  return {
    name,
    tries: tries.length,
    succeeded: tries.filter(({ status }) => status === 'success').length,
    meanScore: mean(worlds.flatMap(({ score }) => score ?? [])) ?? null,
    costUsd: toUsd(sum(worlds.map(({ costMicroUsd }) => costMicroUsd))),
    unknownPrices: sum(worlds.map(({ unknownPrices }) => unknownPrices)),
    ...spreadOf(minutes),
    calls: sum(worlds.map(({ calls }) => calls)),
    cachedCalls: sum(worlds.map(({ cachedCalls }) => cachedCalls)),
    early: earlyEnds(worlds),
    wins: worlds.filter(({ chosen }) => chosen).length,
  };
}

/** One that was left out, or that others ended, says nothing about its configuration. */
function hasShownItself({ status }: WorldFacts): boolean {
  return status !== 'skipped' && status !== 'cancelled';
}

function spreadOf(minutes: readonly number[]): Pick<StatisticsRow, 'medianMinutes' | 'p90Minutes'> {
  return { medianMinutes: median(minutes) ?? null, p90Minutes: quantile(minutes, 0.9) ?? null };
}

function earlyEnds(worlds: readonly WorldFacts[]): StatisticsRow['early'] {
  const counts = earlyRules.map((rule) => [rule, worlds.filter(({ early }) => early === rule).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function phaseRows(runs: readonly CountedRun[]): readonly StatisticsRow[] {
  const phases = Map.groupBy(
    runs.flatMap(({ facts }) => facts.phases),
    ({ phase }) => phase,
  );
  return runPhases.flatMap((phase) => {
    const through = phases.get(phase);
    return through === undefined ? [] : [phaseRow(phase, through)];
  });
}

function phaseRow(name: string, through: readonly PhaseFacts[]): StatisticsRow {
  return {
    name,
    tries: through.length,
    succeeded: through.filter(({ dead }) => dead === 0).length,
    meanScore: null,
    costUsd: toUsd(sum(through.map(({ costMicroUsd }) => costMicroUsd))),
    unknownPrices: 0,
    ...spreadOf(through.map(({ ms }) => ms / 60_000)),
    calls: null,
    cachedCalls: null,
    early: {},
    wins: null,
  };
}
