import { costExceeded } from '../domain/budget.ts';
import type { AttemptId, ProcessId } from '../domain/ids.ts';
import type { Job, SettledTask } from '../domain/job.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import type { TaskRef } from '../ports/records.ts';
import { inChange, reference } from './change.ts';
import type { Change } from './change.ts';
import type { EngineParts } from './parts.ts';
import { settledChildren, settledDependencies } from './settled-tasks.ts';

/** The right to execute a task once, with what the execution needs. */
export interface Claim {
  readonly kind: 'claimed';
  readonly task: TaskIn<'running'>;
  readonly attributes: unknown;
  readonly dependencies: readonly SettledTask[];
  readonly children: readonly SettledTask[];
}

export type Claimed = Claim | { readonly kind: 'stale' | 'deferred' };

/** Takes the lease of a ready task, in the epoch in which it was offered. */
export function claim(parts: EngineParts, ref: TaskRef, owner: ProcessId): Promise<Claimed> {
  return inChange(parts, async (change): Promise<Claimed> => {
    const task = await change.records.task(ref.taskId);
    if (task?.state !== 'ready' || task.epoch !== ref.epoch) return { kind: 'stale' };
    const job = await change.job(task.jobId);
    if (job.carriedBy !== owner) return { kind: 'deferred' };
    if (task.concurrencyKey !== undefined && (await change.records.concurrencyKeyTaken(task.concurrencyKey))) return { kind: 'deferred' };
    const spends = change.parts.registrations.get(task.type)?.spends === true;
    const limit = startLimit(task, spends ? job : undefined, change.now);
    if (limit !== undefined) {
      await endUnstarted(change, task, limit);
      return { kind: 'stale' };
    }
    return take(change, task, job, owner);
  });
}

/** Limits under which a task is not started any more; attempts are counted when one ends. @param payer the job, for a task that spends. */
function startLimit(task: Task, payer: Job | undefined, now: number): string | undefined {
  const { deadline } = task.budget;
  if (deadline !== undefined && now >= deadline) return `Deadline reached: ${new Date(deadline).toISOString()}`;
  return costExceeded(task.budget, task.costMicroUsd) ?? (payer && costExceeded(payer.budget, payer.costMicroUsd));
}

async function endUnstarted(change: Change, task: Task, reason: string): Promise<void> {
  await change.records.insertDecision({
    id: change.parts.ids.next(),
    taskId: task.id,
    jobId: task.jobId,
    attemptId: undefined,
    trigger: 'claim',
    policy: 'budget',
    kind: 'markDead',
    reason,
    childTaskIds: [],
    decidedAt: change.now,
  });
  await change.move(task, { type: 'died', reason, used: { failures: 0, leasesLost: 0, crashes: 0, costMicroUsd: 0 } }, reason);
}

async function take(change: Change, task: Task, job: Job, owner: ProcessId): Promise<Claimed> {
  const { ids, timing, registrations } = change.parts;
  const attemptId = ids.next() as AttemptId;
  const lease = { owner, attemptId, until: change.now + timing.leaseMs, limit: leaseLimit(task, change) };
  const running = await change.move(task, { type: 'claimed', lease }, 'Claimed');
  if (running.state !== 'running') throw new Error('A claimed task must run.');
  await change.records.insertAttempt({
    id: attemptId,
    taskId: task.id,
    jobId: task.jobId,
    epoch: task.epoch,
    owner,
    startedAt: change.now,
    end: undefined,
  });
  await change.event(task.jobId, { type: 'task.started', data: { ...reference(task), attemptId, epoch: task.epoch } });
  return {
    kind: 'claimed',
    task: running,
    attributes: job.attributes,
    dependencies: await settledDependencies(change.records, task, registrations),
    children: await settledChildren(change.records, task, registrations),
  };
}

/** An event loop that hangs cannot notice its own time limit: the heartbeat ends with it. */
function leaseLimit(task: Task, change: Change): number | undefined {
  const { attemptMs } = task.budget;
  const { graceMs, leaseMs } = change.parts.timing;
  return attemptMs === undefined ? undefined : change.now + attemptMs + graceMs + leaseMs;
}
