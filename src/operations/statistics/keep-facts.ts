import type { JobId } from '../../domain/ids.ts';
import type { OperationTools } from '../tools.ts';
import { factsOfRun } from './facts-of-run.ts';

/**
 * Sums up runs that have ended and are not summed up, the newest first.
 * @param most how many at a time; the others are summed up the next time.
 * @returns how many are left.
 */
export async function keepFacts(tools: Pick<OperationTools, 'engine' | 'ledger'>, most: number): Promise<number> {
  const { statistics } = tools.ledger;
  const { jobs, inAll } = await statistics.missing(most);
  for (const jobId of jobs) await keepFactsOf(tools, jobId);
  return inAll - jobs.length;
}

/** Sums up one that has ended, whether or not it was before. */
export async function keepFactsOf(tools: Pick<OperationTools, 'engine' | 'ledger'>, jobId: JobId): Promise<void> {
  const summed = await factsOfRun(tools, jobId);
  if (summed !== undefined) await tools.ledger.statistics.keep(summed);
}
