import type { ProcessId, TaskId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { AttemptEnd } from '../domain/outcome.ts';
import { TaskChanged } from '../domain/task-changed.ts';
import { nothingUsed } from '../domain/task.ts';
import type { TaskIn } from '../domain/task.ts';
import { attemptEnd, usedBy } from './attempt-end.ts';
import { inChange } from './change.ts';
import type { Change } from './change.ts';
import type { EngineParts } from './parts.ts';
import { stored } from './plain.ts';
import { reference } from './reference.ts';
import { settleByDecision } from './settle-by-decision.ts';

/** Names the attempt whose end is reported; what it may write is over when the lease is. */
export interface LeaseRef {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly owner: ProcessId;
}

export function leaseOf(task: TaskIn<'running'>): LeaseRef {
  return { taskId: task.id, epoch: task.epoch, owner: task.lease.owner };
}

/** How an attempt ended, and how long it took in ms. */
export interface Ending {
  readonly end: AttemptEnd;
  readonly wallMs: number;
}

/** Ends an attempt: attempt, decision, state, children and dependents in one transaction. `stale`: the lease is lost, nothing was written. */
export async function settle(parts: EngineParts, claimed: TaskIn<'running'>, ending: Ending): Promise<'settled' | 'stale'> {
  try {
    return await settleExpected(parts, claimed, ending);
  } catch (error) {
    if (!(error instanceof TaskChanged)) throw error;
    return settleLooking(parts, leaseOf(claimed), ending);
  }
}

/** Nearly always the task is still what it was claimed as: it is not read again. */
function settleExpected(parts: EngineParts, claimed: TaskIn<'running'>, ending: Ending): Promise<'settled' | 'stale'> {
  const body = async (change: Change): Promise<'settled' | 'stale'> => {
    change.expect(claimed);
    return settleLeased(change, leaseOf(claimed), ending);
  };
  return inChange(parts, body, { jobs: [claimed.jobId], settling: [claimed.id] });
}

function settleLooking(parts: EngineParts, lease: LeaseRef, ending: Ending): Promise<'settled' | 'stale'> {
  return inChange(parts, (change) => settleLeased(change, lease, ending), { tasks: [lease.taskId], settling: [lease.taskId] });
}

async function settleLeased(change: Change, lease: LeaseRef, ending: Ending): Promise<'settled' | 'stale'> {
  const task = await leased(change, lease);
  if (task === undefined) return 'stale';
  await settleRunning(change, task, ending);
  return 'settled';
}

/** Gives a lease back unused: the task is ready again at once, and nothing is counted against it. */
export function release(parts: EngineParts, lease: LeaseRef, reason: string): Promise<'settled' | 'stale'> {
  return inChange(parts, async (change) => {
    const task = await leased(change, lease);
    if (task === undefined) return 'stale';
    const job = await change.job(task.jobId);
    change.endAttempt(task.lease.attemptId, attemptEnd({ kind: 'released', reason }, change.now));
    if (job.cancel === undefined) await change.move(task, { type: 'released' }, reason);
    else await change.move(task, { type: 'cancelled', reason: job.cancel.reason, used: nothingUsed }, job.cancel.reason);
    return 'settled';
  });
}

/** The task as long as the lease holds. */
export async function leased(change: Change, lease: LeaseRef): Promise<TaskIn<'running'> | undefined> {
  const task = await change.task(lease.taskId);
  return task?.state === 'running' && task.epoch === lease.epoch && task.lease.owner === lease.owner ? task : undefined;
}

/** The same for a task whose lease is known to be over or at hand. */
export async function settleRunning(change: Change, task: TaskIn<'running'>, { end, wallMs }: Ending): Promise<void> {
  const used = usedBy(end, wallMs);
  const before = await change.job(task.jobId);
  const job: Job = { ...before, costMicroUsd: before.costMicroUsd + used.costMicroUsd, wallMs: before.wallMs + used.wallMs };
  change.setJob(job);
  if (end.kind === 'error' && (end.cause === 'lease-lost' || end.cause === 'process-died')) {
    await change.event(task.jobId, { type: 'lease.lost', data: { ...reference(task), epoch: task.epoch, owner: task.lease.owner } });
    change.callForAttention();
  }
  // What came to its end although it was cancelled has been done: the record says so.
  if (end.kind === 'success' && end.decomposition === undefined) {
    change.endAttempt(task.lease.attemptId, attemptEnd(end, change.now));
    const schemaVersion = change.parts.types.get(task.type)?.schemaVersion ?? 1;
    await change.move(task, { type: 'succeeded', result: stored(schemaVersion, end.result), used }, 'Succeeded');
    return;
  }
  if (job.cancel !== undefined) {
    // A handler that stops because it was asked to has not failed.
    const stopped = end.kind === 'error' && end.cause === 'thrown';
    change.endAttempt(task.lease.attemptId, attemptEnd(stopped ? { kind: 'cancelled', reason: end.reason } : end, change.now));
    const counted = stopped ? { ...used, failures: 0 as const } : used;
    await change.move(task, { type: 'cancelled', reason: job.cancel.reason, used: counted }, job.cancel.reason);
    return;
  }
  await settleByDecision(change, task, { job, end, used });
}
