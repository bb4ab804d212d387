import { setTimeout as wait } from 'node:timers/promises';
import type { JobId } from '../domain/ids.ts';
import type { JobView } from '../weaver/engine.ts';
import { openQuestions } from './answer.ts';
import type { OperationTools } from './tools.ts';

/** How often it is looked, in ms: what a task asks that goes on running is no event of the run. */
const everyMs = 500;

/**
 * Waits until a run has ended or asks a person something, or until the signal aborts.
 * @returns the run as it stands then; undefined where there is none.
 */
export async function waitForRest(tools: OperationTools, jobId: JobId, signal: AbortSignal): Promise<JobView | undefined> {
  while (!signal.aborted && !(await isAtRest(tools, jobId))) await wait(everyMs, undefined, { signal }).catch(() => undefined);
  return await tools.engine.status(jobId);
}

async function isAtRest(tools: OperationTools, jobId: JobId): Promise<boolean> {
  const job = await tools.engine.status(jobId);
  return job === undefined || job.endedAt !== undefined || (await openQuestions(tools, jobId)).length > 0;
}
