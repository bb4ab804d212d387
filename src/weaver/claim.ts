import { TaskChanged } from '../domain/task-changed.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import type { TaskRef } from '../ports/records.ts';
import { inChange } from './change.ts';
import type { Change } from './change.ts';
import { claimTask } from './claim-task.ts';
import type { Claimed, Taker } from './claim-task.ts';
import type { EngineParts } from './parts.ts';

/** Who claims. */
export interface Claimant extends Taker {
  /** Whether its own limits let it take the task now. May be asked again. */
  admit(task: TaskIn<'ready'>): boolean;
}

/** Takes the lease of a ready task, in the epoch in which it was offered. @param by.seen as the task was seen last: nearly always it still is. */
export async function claim(
  parts: EngineParts,
  ref: TaskRef,
  by: { readonly claimant: Claimant; readonly seen: Task | undefined },
): Promise<Claimed> {
  const { claimant, seen } = by;
  if (seen !== undefined) {
    try {
      return await claimInChange(parts, ref, { claimant, seen });
    } catch (error) {
      if (!(error instanceof TaskChanged)) throw error;
    }
  }
  return claimInChange(parts, ref, { claimant, seen: undefined });
}

function claimInChange(
  parts: EngineParts,
  ref: TaskRef,
  { claimant, seen }: { readonly claimant: Claimant; readonly seen: Task | undefined },
): Promise<Claimed> {
  const body = async (change: Change): Promise<Claimed> => {
    if (seen !== undefined) change.expect(seen);
    const task = await change.task(ref.taskId);
    if (task?.epoch !== ref.epoch) return { kind: 'stale' };
    if (task.state !== 'ready') return { kind: isHeld(task) ? 'deferred' : 'stale' };
    return claimant.admit(task) ? claimTask(change, task, claimant) : { kind: 'deferred' };
  };
  const read = seen === undefined ? { tasks: [ref.taskId] } : { jobs: [seen.jobId] };
  return inChange(parts, body, { ...read, claiming: [ref.taskId] });
}

/** A limit or a pause holds back what was handed out: it comes again under another epoch. */
function isHeld(task: Task): boolean {
  return task.state === 'pending' && (task.waiting.reason === 'capacity' || task.waiting.reason === 'paused');
}
