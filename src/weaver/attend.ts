import type { ProcessId } from '../domain/ids.ts';
import { AttemptAborted } from './abort.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';
import { reapDeadProcesses, reapExpired } from './reap.ts';
import type { Running } from './running.ts';
import { releaseDue } from './schedule.ts';

/** At most so many tasks or jobs are moved in one transaction; the next round takes the rest. */
const batchSize = 500;

export interface Attending {
  readonly process: ProcessId;
  readonly running: Running;
  /** Take jobs that nobody carries. */
  readonly adopt: boolean;
  /** Look whether the other processes live. */
  readonly watchOthers: boolean;
}

/** A worker's duties beside executing. @returns when something is scheduled next (epoch ms), and whether other processes live. */
export async function attend(
  parts: EngineParts,
  duty: Attending,
): Promise<{ readonly next: number | undefined; readonly othersLive: boolean }> {
  const now = parts.clock.now();
  const seen = await parts.store.read(async (records) => ({
    due: await records.dueTasks(now, batchSize),
    expired: await records.expiredTasks(now, batchSize),
    unclaimed: duty.adopt ? await records.unclaimedJobs(batchSize) : [],
    others: (await records.processes()).some((process) => process.id !== duty.process),
  }));
  if (seen.due.length > 0) await releaseDue(parts, seen.due);
  // The dead first: what they were executing has not hung.
  const othersLive = duty.watchOthers && seen.others ? (await reapDeadProcesses(parts, duty.process)) > 0 : seen.others;
  if (seen.expired.length > 0) await reapExpired(parts, seen.expired);
  if (seen.unclaimed.length > 0) {
    await inChange(parts, async (change) => {
      for (const id of seen.unclaimed) await change.records.carry(id, duty.process);
    });
  }
  await abortWhatIsOver(parts, duty);
  return { next: await parts.store.read((records) => records.nextScheduled()), othersLive };
}

/** Tells attempts whose lease is lost or whose job was cancelled, by whichever process. */
async function abortWhatIsOver(parts: EngineParts, { process, running }: Attending): Promise<void> {
  if (running.size === 0) return;
  const claims = running.all();
  const records = await parts.store.read(async (reader) => {
    const held = await reader.runningTasks(process);
    const jobs = await Promise.all([...new Set(claims.map(({ task }) => task.jobId))].map((id) => reader.job(id)));
    return { held, cancelled: new Map(jobs.flatMap((job) => (job?.cancel === undefined ? [] : [[job.id, job.cancel.reason]]))) };
  });
  for (const { task } of claims) {
    const reason = records.cancelled.get(task.jobId);
    if (reason !== undefined) running.abort(task.lease.attemptId, new AttemptAborted('cancelled', reason));
    const stillHeld = records.held.some((other) => other.id === task.id && other.epoch === task.epoch);
    // A task that has just been settled is not held either: its signal is of no interest to anybody any more.
    if (!stillHeld)
      running.abort(task.lease.attemptId, new AttemptAborted('lease-lost', 'The lease was lost; what this attempt reports is ignored'));
  }
}
