import type { ProcessId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import { AttemptAborted } from './abort.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';
import { reapDeadProcesses, reapExpired } from './reap.ts';
import { refName } from './running.ts';
import type { Running } from './running.ts';
import { releaseDue } from './schedule.ts';

/** At most so many tasks or jobs are moved in one transaction; the next round takes the rest. */
const batchSize = 500;

export interface Attending {
  readonly process: ProcessId;
  readonly running: Running;
  readonly expiries: Expiries;
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
  const { over, confirmAt } = duty.expiries.look(seen.expired, parts.clock.monotonic());
  if (over.length > 0) await reapExpired(parts, over);
  if (seen.unclaimed.length > 0) {
    await inChange(parts, async (change) => {
      for (const id of seen.unclaimed) await change.carry(id, duty.process);
    });
  }
  await abortWhatIsOver(parts, duty);
  const scheduled = await parts.store.read((records) => records.nextScheduled(now));
  const confirm = confirmAt === undefined ? Infinity : now + confirmAt - parts.clock.monotonic();
  const next = Math.min(confirm, scheduled ?? Infinity);
  return { next: next === Infinity ? undefined : next, othersLive };
}

/**
 * Leases that were seen to have run out. They are believed only when they still have after a heartbeat: when the clock jumps, all
 * leases seem to have run out until they are renewed.
 */
export class Expiries {
  readonly #confirmMs: number;
  #seen = new Map<string, number>();

  /** @param confirmMs how long a lease must be seen to have run out. */
  constructor(confirmMs: number) {
    this.#confirmMs = confirmMs;
  }

  /** @param monotonic ms. @returns those to believe, and when to look again at the rest (monotonic ms). */
  look(expired: readonly Task[], monotonic: number): { readonly over: readonly Task[]; readonly confirmAt: number | undefined } {
    const before = this.#seen;
    this.#seen = new Map(expired.map((task) => [name(task), before.get(name(task)) ?? monotonic]));
    const over = expired.filter((task) => monotonic - (this.#seen.get(name(task)) ?? monotonic) >= this.#confirmMs);
    for (const task of over) this.#seen.delete(name(task));
    const first = Math.min(...this.#seen.values());
    return { over, confirmAt: first === Infinity ? undefined : first + this.#confirmMs };
  }
}

function name(task: Task): string {
  return refName({ taskId: task.id, epoch: task.epoch });
}

/** Tells attempts whose lease is lost or whose job was cancelled, by whichever process. */
async function abortWhatIsOver(parts: EngineParts, { process, running }: Attending): Promise<void> {
  if (running.size === 0) return;
  const claims = running.all();
  const records = await parts.store.read(async (reader) => {
    const held = await reader.runningTasks(process);
    const jobs = await Promise.all([...new Set(claims.map(({ task }) => task.jobId))].map((id) => reader.job(id)));
    return {
      held: new Set(held.map(name)),
      cancelled: new Map(jobs.flatMap((job) => (job?.cancel === undefined ? [] : [[job.id, job.cancel.reason]]))),
    };
  });
  for (const { task } of claims) {
    const reason = records.cancelled.get(task.jobId);
    if (reason !== undefined) running.abort(task.lease.attemptId, new AttemptAborted('cancelled', reason));
    // A task that has just been settled is not held either: its signal is of no interest to anybody any more.
    if (!records.held.has(name(task)))
      running.abort(task.lease.attemptId, new AttemptAborted('lease-lost', 'The lease was lost; what this attempt reports is ignored'));
  }
}
