import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { JobView } from '../weaver/engine.ts';
import { retryRun } from './intake/retry-run.ts';
import type { OperationTools } from './tools.ts';

/** Ends a run: nothing new is started, and the process that carries it stops its agents. @throws Failure (notFoundOrLocked) where it has ended. */
export async function endRun(
  { engine, collect, ledger, recover }: Pick<OperationTools, 'engine' | 'collect' | 'ledger' | 'recover'>,
  job: JobView,
  reason: string,
): Promise<void> {
  if (job.endedAt !== undefined) throw ended(job, 'cancel');
  await engine.cancel(job.id, reason);
  if (job.carriedBy !== undefined) return;
  await collect({ dryRun: false, only: job.id });
  const deployments = await ledger.deployments.latest({ jobId: job.id }, 20);
  // What such a run has begun beside what serves is ended.
  if (deployments.some(({ endedAt }) => endedAt === undefined)) await recover();
}

/** Starts nothing more of a run until it goes on. @throws Failure (notFoundOrLocked) where it has ended, or is paused. */
export async function holdRun({ engine }: Pick<OperationTools, 'engine'>, job: JobView, reason: string): Promise<void> {
  if (job.endedAt !== undefined) throw ended(job, 'pause');
  if (!(await engine.pause(job.id, reason))) throw notSo(job, 'is paused already', 'It starts nothing more until it goes on.');
}

/** Lets a paused run go on. @throws Failure (notFoundOrLocked) where it is not paused. */
export async function goOnWithRun({ engine }: Pick<OperationTools, 'engine'>, job: JobView): Promise<void> {
  if (!(await engine.resume(job.id))) throw notSo(job, 'is not paused', 'There is nothing that keeps it from going on.');
}

/** Tries again at once what has failed or waits for its next attempt. @returns how many tasks. @throws Failure (notFoundOrLocked) where there are none. */
export async function tryRunAgain(tools: Pick<OperationTools, 'engine'>, job: JobView, by: string): Promise<number> {
  const tried = await retryRun(tools, job, by);
  if (tried === 0) throw notSo(job, 'has nothing to try again', 'Nothing of it has failed, or another run of its issue has begun.');
  return tried;
}

function ended(job: JobView, verb: string): Failure {
  return notSo(job, `has ended already (${job.state})`, `There is nothing left to ${verb}.`);
}

function notSo({ id }: JobView, how: string, why: string): Failure {
  const run = displayId('run', id);
  return new Failure('notFoundOrLocked', { what: `${run} ${how}.`, why, fix: `\`miyabi show ${run}\` tells what happened.` });
}
