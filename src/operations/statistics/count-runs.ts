import type { RepositoryId } from '../../domain/ids.ts';
import type { CountedRun } from '../../domain/statistics/counted-run.ts';
import { knownOutcome } from '../../domain/statistics/known-outcome.ts';
import type { StatisticsFilter } from '../../ports/run-statistics.ts';
import type { OperationTools } from '../tools.ts';

/** The runs of a filter with all that is known of them by now. */
export async function countRuns({ ledger }: Pick<OperationTools, 'ledger'>, filter: StatisticsFilter): Promise<readonly CountedRun[]> {
  const [runs, later] = await Promise.all([ledger.statistics.runs(filter), ledger.statistics.later(filter)]);
  const roots = new Map<RepositoryId, string>();
  for (const { repositoryId } of runs) {
    if (!roots.has(repositoryId)) roots.set(repositoryId, (await ledger.repositoryById(repositoryId))?.root ?? repositoryId);
  }
  return runs.map(({ jobId, repositoryId, facts }) => {
    const known = later.get(jobId);
    return { repository: roots.get(repositoryId) ?? repositoryId, facts, later: known, outcome: knownOutcome(facts, known) };
  });
}
