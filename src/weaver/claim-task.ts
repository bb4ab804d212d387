import { attemptLimit, costExceeded, startLimit, wallExceeded } from '../domain/budget.ts';
import type { AttemptLimit } from '../domain/budget.ts';
import type { AttemptId, ProcessId } from '../domain/ids.ts';
import type { Job, SettledTask } from '../domain/job.ts';
import { nothingUsed } from '../domain/task.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import type { Change } from './change.ts';
import { reference } from './reference.ts';
import { ResultFault, settledChildren, settledDependencies } from './settled-tasks.ts';

/** The right to execute a task once, with what the execution needs. */
export interface Claim {
  readonly kind: 'claimed';
  readonly task: TaskIn<'running'>;
  readonly attributes: unknown;
  readonly dependencies: readonly SettledTask[];
  readonly children: readonly SettledTask[];
  readonly limit: AttemptLimit | undefined;
  /** Why it cannot be executed, where what it depends on cannot be handed to it. */
  readonly fault: string | undefined;
}

export type Claimed = Claim | { readonly kind: 'stale' | 'deferred' };

/** Who takes a lease. */
export interface Taker {
  readonly process: ProcessId;
  /** Takes tasks of jobs that nobody carries. */
  readonly shares: boolean;
}

/**
 * Takes the lease of a ready task for a process that carries its job, or shares what nobody carries. A task whose budget is used up ends instead, one that a limit
 * holds back waits for the transaction that lifts it.
 */
export async function claimTask(change: Change, task: TaskIn<'ready'>, taker: Taker): Promise<Claimed> {
  const job = await change.job(task.jobId);
  // What a cancel or a pause has still to reach is not started either; a task that was only expected to be ready has been reached.
  if (job.cancel !== undefined) return { kind: 'stale' };
  const isItsOwn = job.carriedBy === taker.process || (job.carriedBy === undefined && taker.shares);
  if (!isItsOwn || job.paused) return { kind: 'deferred' };
  const exceeded = exceededAtStart(change, task, job);
  if (exceeded !== undefined) {
    await endUnstarted(change, task, exceeded);
    return { kind: 'stale' };
  }
  const limit = await change.limits.reached(task);
  const current = await change.again(task);
  if (limit === undefined) return take(change, current, job, taker.process);
  await change.move(current, { type: 'held', waiting: { reason: 'capacity', limit } }, `${limit.name} is taken`);
  return { kind: 'deferred' };
}

/** Limits under which a task is not started any more; attempts are counted when one ends. The job's money stops only what spends. */
function exceededAtStart(change: Change, task: Task, job: Job): string | undefined {
  const { budget, costMicroUsd, wallMs } = task;
  const spends = change.parts.registrations.get(task.type)?.spends === true;
  return (
    startLimit(budget, { costMicroUsd, wallMs, now: change.now }) ??
    wallExceeded(job.budget, job.wallMs) ??
    (spends ? costExceeded(job.budget, job.costMicroUsd) : undefined)
  );
}

async function endUnstarted(change: Change, task: Task, reason: string): Promise<void> {
  change.insertDecision({
    id: change.parts.ids.next(),
    taskId: task.id,
    jobId: task.jobId,
    attemptId: undefined,
    epoch: task.epoch,
    trigger: 'claim',
    policy: 'budget',
    kind: 'markDead',
    reason,
    childTaskIds: [],
    decidedAt: change.now,
  });
  await change.move(task, { type: 'died', reason, used: nothingUsed }, reason);
}

async function take(change: Change, task: Task, job: Job, owner: ProcessId): Promise<Claimed> {
  const { ids, timing } = change.parts;
  const attemptId = ids.next() as AttemptId;
  const limit = attemptLimit(task, job, change.now);
  const startedAt = change.now;
  const lease = { owner, attemptId, startedAt, until: startedAt + timing.leaseMs, limit: leaseLimit(limit, change) };
  const running = await change.move(task, { type: 'claimed', lease }, 'Claimed');
  if (running.state !== 'running') throw new Error('A claimed task must run.');
  const { id: taskId, jobId, epoch } = task;
  change.insertAttempt({ id: attemptId, taskId, jobId, epoch, owner, startedAt, end: undefined });
  await change.event(jobId, { type: 'task.started', data: { ...reference(task), attemptId, epoch } });
  return {
    kind: 'claimed',
    task: running,
    attributes: job.attributes,
    ...(await handedOver(change, task)),
    limit,
  };
}

async function handedOver(change: Change, task: Task): Promise<Pick<Claim, 'dependencies' | 'children' | 'fault'>> {
  try {
    return { dependencies: await settledDependencies(change, task), children: await settledChildren(change, task), fault: undefined };
  } catch (error) {
    if (error instanceof ResultFault) return { dependencies: [], children: [], fault: error.message };
    throw error;
  }
}

/** An event loop that hangs cannot notice its own time limit: the heartbeat ends with it. */
function leaseLimit(limit: AttemptLimit | undefined, change: Change): number | undefined {
  const { graceMs, leaseMs } = change.parts.timing;
  return limit === undefined ? undefined : change.now + limit.ms + graceMs + leaseMs;
}
