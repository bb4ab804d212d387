import type { JobView } from '../weaver/engine.ts';
import { reportRun } from './report.ts';
import type { OperationTools } from './tools.ts';

/** A run's report as things stand. What worlds have spent that are not done yet is in it. */
export async function readReport(
  tools: Pick<OperationTools, 'engine' | 'ledger' | 'clock'>,
  job: JobView,
): Promise<ReturnType<typeof reportRun>> {
  const spent = await tools.ledger.money.spent({ jobId: job.id });
  const costMicroUsd = Math.max(job.costMicroUsd, spent.costMicroUsd);
  return reportRun({ ...job, costMicroUsd }, await tools.engine.tasks(job.id), tools.clock.now());
}
