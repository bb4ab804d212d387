import type { JobId } from '../domain/ids.ts';
import type { JobView } from '../weaver/engine.ts';
import { openQuestions } from './answer.ts';
import type { OperationTools } from './tools.ts';

/**
 * Waits until a run has ended or asks a person something, or until the signal aborts.
 * @returns the run as it stands then; undefined where there is none.
 */
export async function waitForRest(tools: OperationTools, jobId: JobId, signal: AbortSignal): Promise<JobView | undefined> {
  if (await isAtRest(tools, jobId)) return await tools.engine.status(jobId);
  for await (const event of tools.engine.events(jobId, { follow: true, signal }))
    if ((event.type === 'job.state' || event.type === 'task.state') && (await isAtRest(tools, jobId))) break;
  return await tools.engine.status(jobId);
}

async function isAtRest(tools: OperationTools, jobId: JobId): Promise<boolean> {
  const job = await tools.engine.status(jobId);
  return job === undefined || job.endedAt !== undefined || (await openQuestions(tools, jobId)).length > 0;
}
