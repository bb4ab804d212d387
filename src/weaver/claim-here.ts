import type { ProcessId } from '../domain/ids.ts';
import type { TaskIn } from '../domain/task.ts';
import type { TaskRef } from '../ports/records.ts';
import type { Change } from './change.ts';
import { claimTask } from './claim-task.ts';
import type { Claim, Claimed } from './claim-task.ts';

/** A worker of this program, as a change sees it that makes tasks ready. */
export interface WorkerHere {
  readonly process: ProcessId;
  /** Takes whatever nobody carries. */
  readonly adopts: boolean;
  /** Takes tasks of jobs that nobody carries, beside others that do. */
  readonly shares: boolean;
  /** Whether a place is free that nothing else is known to wait for. */
  readonly idle: boolean;
  /** Keeps such a place for a task, unless a limit on its type forbids it. @returns whether it did. */
  reserve(task: TaskIn<'ready'>): boolean;
  /** What a place was kept for is claimed, and that is committed. */
  start(claim: Claim): void;
  /** Nothing came of it. */
  giveBack(ref: TaskRef): void;
}

export interface ClaimedHere {
  readonly worker: WorkerHere;
  readonly claim: Claim;
}

/**
 * Claims what a change has made ready in the change itself, for workers of this program that have nothing else to do: a task then
 * starts after one commit and not after two. `keep` is told of each claim at once: where a later one fails, the places of the
 * earlier ones have to be given back.
 */
export async function claimHere(change: Change, ready: readonly TaskIn<'ready'>[], keep: (claimed: ClaimedHere) => void): Promise<void> {
  const idle = (): readonly WorkerHere[] => [...change.parts.workersHere].filter((worker) => worker.idle);
  if (ready.length === 0 || idle().length === 0) return;
  for (const { id } of ready.toSorted((one, other) => other.priority - one.priority)) {
    const workers = idle();
    if (workers.length === 0) break;
    const task = await change.task(id);
    if (task?.state !== 'ready') continue;
    const { carriedBy } = await change.job(task.jobId);
    const mayTake = ({ process, shares }: WorkerHere): boolean => process === carriedBy || (shares && carriedBy === undefined);
    const worker = workers.find((each) => mayTake(each) && each.reserve(task));
    if (worker === undefined) continue;
    const claim = await claimOrGiveBack(change, task, worker);
    if (claim !== undefined) keep({ worker, claim });
  }
}

async function claimOrGiveBack(change: Change, task: TaskIn<'ready'>, worker: WorkerHere): Promise<Claim | undefined> {
  let claimed: Claimed | undefined;
  try {
    claimed = await claimTask(change, task, worker);
    return claimed.kind === 'claimed' ? claimed : undefined;
  } finally {
    if (claimed?.kind !== 'claimed') worker.giveBack({ taskId: task.id, epoch: task.epoch });
  }
}
