import type { JobId, RepositoryId } from '../domain/ids.ts';
import type { RunFacts } from '../domain/statistics/run-facts.ts';
import type { LaterFacts } from '../domain/statistics/known-outcome.ts';

/** What statistics keep of one run. */
export interface KeptRun {
  readonly jobId: JobId;
  readonly repositoryId: RepositoryId;
  /** Epoch ms. A run that was tried again ends again: then it is summed up anew. */
  readonly endedAt: number;
  readonly facts: RunFacts;
}

/** Which runs are counted. */
export interface StatisticsFilter {
  /** Epoch ms; those that ended then or later. */
  readonly since?: number;
  readonly repositoryId?: RepositoryId;
}

/** Deployments to all environments, by how they ended; those under way and those that were given up are in none. */
export interface DeploymentCounts {
  readonly live: number;
  readonly refused: number;
  readonly rolledBack: number;
  readonly broken: number;
}

/** A row for each run that has ended, from which statistics are made without reading the runs again. */
export interface RunStatistics {
  /** Runs that have ended and are not summed up as they ended, the newest first; and how many there are of them in all. */
  missing(limit: number): Promise<{ readonly jobs: readonly JobId[]; readonly inAll: number }>;
  /** What was kept of the same run before is replaced. */
  keep(run: KeptRun): Promise<void>;
  /** Those that are summed up as they ended, the oldest end first. */
  runs(filter: StatisticsFilter): Promise<readonly KeptRun[]>;
  /** What became of the changes of those runs, of which anything is known. */
  later(filter: StatisticsFilter): Promise<ReadonlyMap<JobId, LaterFacts>>;
  /** Of deployments that began `since`. */
  deployments(filter: StatisticsFilter): Promise<DeploymentCounts>;
  /** Runs that have not ended. */
  open(filter: Pick<StatisticsFilter, 'repositoryId'>): Promise<number>;
}
