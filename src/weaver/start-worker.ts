import { Failure } from '../domain/failure.ts';
import { displayId } from '../domain/ids.ts';
import type { JobId, ProcessId } from '../domain/ids.ts';
import { anyNews } from '../ports/changes.ts';
import type { Held } from '../ports/lock.ts';
import { inChange } from './change.ts';
import type { Worker, WorkerOptions } from './engine.ts';
import { noSuchJob } from './no-such-job.ts';
import type { EngineParts } from './parts.ts';
import { processLock } from './process-lock.ts';
import { reapDeadProcesses, reapProcess } from './reap.ts';
import { RunningWorker } from './worker.ts';

/**
 * Starts to execute tasks, once its leases are being renewed.
 *
 * @throws Failure (notFoundOrLocked) when a job does not exist or a living process carries it; what the storage or the system says
 * when leases cannot be renewed.
 */
export async function startWorker(parts: EngineParts, options: WorkerOptions): Promise<Worker> {
  const process = parts.ids.next() as ProcessId;
  const life = await parts.locks.acquire(processLock(process));
  const renewing = Promise.withResolvers<never>();
  renewing.promise.catch(() => undefined);
  const { leaseMs, heartbeatMs } = parts.timing;
  // It takes its time to start, and the records need not wait for it.
  const heartbeat = parts.heartbeat.start({ process, leaseMs, everyMs: heartbeatMs, failed: renewing.reject });
  const entering = enter(parts, process, options);
  try {
    const [beating, uncarried] = await Promise.all([heartbeat, entering]);
    const end = async (): Promise<void> => {
      try {
        await beating.stop();
      } finally {
        await leave(parts, process, life);
      }
    };
    return new RunningWorker(parts, options, { process, life, uncarried, renewing: renewing.promise, end });
  } catch (error) {
    // Nothing of it goes on: why it did not start is what the caller hears.
    const [started] = await Promise.allSettled([heartbeat, entering]);
    if (started.status === 'fulfilled') await started.value.stop();
    await leave(parts, process, life);
    throw error;
  }
}

/** @returns the jobs it has been told to carry that have ended. */
async function enter(
  parts: EngineParts,
  process: ProcessId,
  { jobs, labels }: Pick<WorkerOptions, 'jobs' | 'labels'>,
): Promise<ReadonlySet<JobId>> {
  await inChange(parts, async (change) => {
    await (await change.records()).insertProcess({ id: process, pid: parts.pid, host: parts.host, labels, startedAt: change.now });
  });
  await reapDeadProcesses(parts, process);
  return typeof jobs === 'string' ? new Set() : carry(parts, process, jobs);
}

function carry(parts: EngineParts, process: ProcessId, jobs: readonly JobId[]): Promise<ReadonlySet<JobId>> {
  return inChange(parts, async (change) => {
    const ended = new Set<JobId>();
    for (const id of jobs) {
      const job = await change.findJob(id);
      if (job === undefined) throw noSuchJob(id);
      if (job.endedAt !== undefined) ended.add(id);
      else if (!(await change.carry(id, process))) throw carriedElsewhere(id, job.carriedBy);
    }
    return ended;
  });
}

function carriedElsewhere(id: JobId, carriedBy: ProcessId | undefined): Failure {
  return new Failure(
    'notFoundOrLocked',
    {
      what: `${displayId('run', id)} is being carried by another process.`,
      why: `Process ${carriedBy ?? ''} is alive and works on it.`,
      fix: 'Wait for it, or end that process first.',
    },
    { facts: { jobId: id, carriedBy } },
  );
}

/** What could not be settled (a full disk) is given back too, if now it can be. */
async function leave(parts: EngineParts, process: ProcessId, life: Held): Promise<void> {
  try {
    await reapProcess(parts, process);
  } catch (error) {
    // What the storage refuses now is done by the next process, which finds this one's lock free.
    if (!(error instanceof Failure)) throw error;
  } finally {
    await life.release({ remove: true });
  }
  parts.changes.announce(anyNews);
}
