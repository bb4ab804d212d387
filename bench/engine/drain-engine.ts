import { measurement, peakMiB } from '../support/child.ts';
import type { Drained } from './drained.ts';
import { rowsOf } from './drained.ts';
import type { OpenedEngine, Synchronous } from './open.ts';
import { databaseFile, openEngine, submitJob } from './open.ts';

export interface DrainRequest {
  readonly tasks: number;
  /** At the same time, in one process. */
  readonly inFlight: number;
  readonly synchronous: Synchronous;
}

export interface DrainedRows extends Drained {
  readonly rows: string;
}

/** As many go through before the clock starts as are measured, so that what is measured is compiled: of the engine there is more to compile. */
export function warmUpTasks(tasks: number): number {
  return Math.min(10_000, tasks);
}

/** One job of tasks that do nothing, from the call of submit to the end of the job. */
export const drainEngine = measurement(import.meta, async (request: DrainRequest, folder): Promise<DrainedRows> => {
  const drained = await drain(request, folder);
  return { ...drained, rows: rowsOf(databaseFile(folder)) };
});

async function drain({ tasks, inFlight, synchronous }: DrainRequest, folder: string): Promise<Drained> {
  await using opened = await openEngine({ folder, synchronous });
  await using worker = await opened.engine.work({ jobs: 'unclaimed', concurrency: inFlight });
  await through(opened, worker, warmUpTasks(tasks));
  const { submitMs, drainMs } = await through(opened, worker, tasks);
  return { submitted: tasks, submitMs, drained: tasks, drainMs, peakMiB: peakMiB() };
}

async function through(
  { engine }: OpenedEngine,
  worker: Awaited<ReturnType<OpenedEngine['engine']['work']>>,
  tasks: number,
): Promise<{ readonly submitMs: number; readonly drainMs: number }> {
  const begun = performance.now();
  const jobId = await submitJob(engine, tasks);
  const submitted = performance.now();
  const state = await worker.settled(jobId);
  const ended = performance.now();
  if (state !== 'completed') throw new Error(`The job of ${tasks} tasks is ${state}.`);
  return { submitMs: submitted - begun, drainMs: ended - submitted };
}
