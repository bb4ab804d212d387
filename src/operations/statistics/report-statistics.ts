import type { Goal, PhaseGoal } from '../../domain/statistics/goals.ts';
import { acceptance, phaseGoals } from '../../domain/statistics/goals.ts';
import type { ChoiceCounts, OutcomeCounts, PeopleCounts } from '../../domain/statistics/people-and-choices.ts';
import { choiceCounts, outcomeCounts, peopleCounts } from '../../domain/statistics/people-and-choices.ts';
import type { StatisticsGrouping } from '../../domain/statistics/groupings.ts';
import type { StatisticsRow } from '../../domain/statistics/rows.ts';
import { statisticsRows } from '../../domain/statistics/rows.ts';
import type { Repository } from '../../ports/ledger.ts';
import type { DeploymentCounts, StatisticsFilter } from '../../ports/run-statistics.ts';
import type { OperationTools } from '../tools.ts';
import { countRuns } from './count-runs.ts';
import { keepFacts } from './keep-facts.ts';

/** What is asked about: all runs, or those of one repository; all that is known, or what ended from a time on. */
export interface StatisticsQuestion {
  readonly by: StatisticsGrouping;
  /** Epoch ms. */
  readonly since?: number;
  readonly repository?: Repository;
}

/** How runs have fared. `miyabi stats --json` prints it; its shape is a promise to scripts. */
export interface StatisticsReport {
  readonly type: 'statistics';
  readonly schemaVersion: 1;
  /** Epoch ms; null for all that is known. */
  readonly since: number | null;
  readonly repository: string | null;
  readonly by: StatisticsGrouping;
  readonly runs: RunCounts;
  readonly rows: readonly StatisticsRow[];
  readonly choices: ChoiceCounts;
  readonly outcomes: OutcomeCounts;
  readonly people: PeopleCounts;
  readonly deployments: DeploymentCounts;
  readonly phases: readonly PhaseGoal[];
  readonly acceptance: readonly Goal[];
}

export interface RunCounts {
  readonly ended: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Those that have not ended: nothing else counts them. */
  readonly open: number;
  /** Those that have ended and were not summed up yet: they are counted the next time. */
  readonly notCounted: number;
}

type Tools = Pick<OperationTools, 'engine' | 'ledger'>;

/** @param most how many runs that ended since the last time are summed up first. */
export async function reportStatistics(
  tools: Tools,
  { by, since, repository }: StatisticsQuestion,
  most: number,
): Promise<StatisticsReport> {
  const filter = filterOf({ since, repository });
  const notCounted = await keepFacts(tools, most);
  const { statistics } = tools.ledger;
  const [runs, deployments, open] = await Promise.all([countRuns(tools, filter), statistics.deployments(filter), statistics.open(filter)]);
  const ended = (...states: readonly string[]): number => runs.filter(({ facts }) => states.includes(facts.state)).length;
  return {
    type: 'statistics',
    schemaVersion: 1,
    since: since ?? null,
    repository: repository?.root ?? null,
    by,
    runs: {
      ended: runs.length,
      completed: ended('completed'),
      failed: ended('failed', 'stuck'),
      cancelled: ended('cancelled'),
      open,
      notCounted,
    },
    rows: statisticsRows(runs, by),
    choices: choiceCounts(runs),
    outcomes: outcomeCounts(runs),
    people: peopleCounts(runs),
    deployments,
    phases: phaseGoals(runs),
    acceptance: acceptance(runs),
  };
}

/** Which runs a question is about. */
export function filterOf({
  since,
  repository,
}: {
  readonly since?: number | undefined;
  readonly repository?: Repository | undefined;
}): StatisticsFilter {
  return { ...(since === undefined ? {} : { since }), ...(repository === undefined ? {} : { repositoryId: repository.id }) };
}
