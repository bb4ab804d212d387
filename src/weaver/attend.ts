import type { JobId, ProcessId } from '../domain/ids.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import type { TaskRef } from '../ports/records.ts';
import { AttemptAborted } from './abort.ts';
import { inChange } from './change.ts';
import { carryReopened } from './carry-reopened.ts';
import { moveForOthers } from './move-rest.ts';
import type { EngineParts } from './parts.ts';
import { reapDeadProcesses, reapExpired } from './reap.ts';
import { refName } from './running.ts';
import type { Running } from './running.ts';
import { releaseDue } from './schedule.ts';
import { leaseOf, release } from './settle.ts';

/** At most so many tasks or jobs are moved in one transaction; the next round takes the rest. */
const batchSize = 500;

export interface Attending {
  readonly process: ProcessId;
  readonly running: Running;
  readonly expiries: Expiries;
  /** Take jobs that nobody carries. */
  readonly adopt: boolean;
  /** Jobs to carry once they have not ended any more; without those that are carried then. */
  readonly uncarried: Set<JobId>;
  /** Whether it is being claimed. */
  readonly keeps: (ref: TaskRef) => boolean;
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
    expired: (await records.expiredTasks(now, batchSize)).filter((task) => task.state === 'running'),
    unclaimed: duty.adopt ? await records.unclaimedJobs(batchSize, { types: [...parts.registrations.keys()] }) : [],
    unmoved: await records.unmovedJobs(batchSize),
    others: (await records.processes()).some((process) => process.id !== duty.process),
  }));
  const moreToMove = seen.unmoved.length > 0 && (await moveForOthers(parts, seen.unmoved));
  if (seen.due.length > 0) await releaseDue(parts, seen.due);
  // The dead first: what they were executing has not hung.
  const othersLive = duty.watchOthers && seen.others ? (await reapDeadProcesses(parts, duty.process)) > 0 : seen.others;
  const { over, confirmAt } = duty.expiries.look(seen.expired, parts.clock.monotonic());
  if (over.length > 0) await reapExpired(parts, over);
  if (seen.unclaimed.length > 0) {
    await inChange(parts, async (change) => {
      for (const id of seen.unclaimed) await change.carry(id, duty.process);
    });
  }
  await carryReopened(parts, duty.process, duty.uncarried);
  await compareLeases(parts, duty);
  const scheduled = await parts.store.read((records) => records.nextScheduled(now));
  const confirm = confirmAt === undefined ? Infinity : now + confirmAt - parts.clock.monotonic();
  // Whatever fills a batch may have more behind it.
  const rest = moreToMove || [seen.due, over, seen.unclaimed].some(({ length }) => length >= batchSize) ? now : Infinity;
  const next = Math.min(rest, confirm, scheduled ?? Infinity);
  return { next: next === Infinity ? undefined : next, othersLive };
}

/**
 * Leases that were seen to have run out. They are believed only when nobody has renewed them for longer than a heartbeat takes: when
 * the clock jumps, or is not the one of their owner, leases of the living seem to have run out too.
 */
export class Expiries {
  readonly #confirmMs: number;
  #seen = new Map<string, { readonly until: number; readonly since: number }>();

  /** @param heartbeatMs how often a living process would have renewed its leases. */
  constructor(heartbeatMs: number) {
    this.#confirmMs = 1.5 * heartbeatMs;
  }

  /** @param monotonic ms. @returns those to believe, and when to look again at the rest (monotonic ms). */
  look(
    expired: readonly TaskIn<'running'>[],
    monotonic: number,
  ): { readonly over: readonly TaskIn<'running'>[]; readonly confirmAt: number | undefined } {
    const before = this.#seen;
    this.#seen = new Map();
    const over: TaskIn<'running'>[] = [];
    let confirmAt: number | undefined;
    for (const task of expired) {
      const known = before.get(name(task));
      const seen = known?.until === task.lease.until ? known : { until: task.lease.until, since: monotonic };
      const believedAt = seen.since + this.#confirmMs;
      if (monotonic >= believedAt) {
        over.push(task);
        continue;
      }
      this.#seen.set(name(task), seen);
      confirmAt = Math.min(believedAt, confirmAt ?? believedAt);
    }
    return { over, confirmAt };
  }
}

function name(task: Task): string {
  return refName({ taskId: task.id, epoch: task.epoch });
}

/**
 * Tells attempts whose lease is lost or whose job was cancelled, by whichever process; and gives leases back under which nothing is under
 * way, as those of a claim that was stored although the storage has refused it.
 */
async function compareLeases(parts: EngineParts, { process, running, keeps }: Attending): Promise<void> {
  const claims = running.all();
  const records = await parts.store.read(async (reader) => {
    const held = await reader.runningTasks(process);
    const jobs = await Promise.all([...new Set(claims.map(({ task }) => task.jobId))].map((id) => reader.job(id)));
    return {
      held,
      names: new Set(held.map(name)),
      cancelled: new Map(jobs.flatMap((job) => (job?.cancel === undefined ? [] : [[job.id, job.cancel.reason]]))),
    };
  });
  for (const { task } of claims) {
    const reason = records.cancelled.get(task.jobId);
    if (reason !== undefined) running.abort(task.lease.attemptId, new AttemptAborted('cancelled', reason));
    // A task that has just been settled is not held either: its signal is of no interest to anybody any more.
    if (!records.names.has(name(task)))
      running.abort(task.lease.attemptId, new AttemptAborted('lease-lost', 'The lease was lost; what this attempt reports is ignored'));
  }
  const underWay = new Set(running.all().map(({ task }) => name(task)));
  for (const task of records.held) {
    if (task.state !== 'running' || underWay.has(name(task)) || keeps({ taskId: task.id, epoch: task.epoch })) continue;
    await release(parts, leaseOf(task), 'Its process holds the lease and does not execute it');
  }
}
