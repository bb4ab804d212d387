import type { ProcessId } from '../domain/ids.ts';
import type { TaskIn } from '../domain/task.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';
import { processLock } from './process-lock.ts';
import { settleRunning } from './settle.ts';

/** Takes back leases that have run out. `expired` is what was seen; what has been renewed or settled since is left alone. */
export function reapExpired(parts: EngineParts, expired: readonly TaskIn<'running'>[]): Promise<void> {
  return inChange(parts, async (change) => {
    for (const seen of expired) {
      const task = await change.task(seen.id);
      if (task?.state !== 'running' || task.epoch !== seen.epoch || task.lease.until !== seen.lease.until) continue;
      const reason = `The lease of process ${task.lease.owner} ran out`;
      await settleRunning(change, task, { end: { kind: 'error', cause: 'lease-lost', reason }, wallMs: heldFor(task, change.now) });
    }
  });
}

/** Takes back at once what dead processes held. @param self a process that is known to live. @returns how many other processes live. */
export async function reapDeadProcesses(parts: EngineParts, self?: ProcessId): Promise<number> {
  const others = (await parts.store.read((records) => records.processes())).filter((process) => process.id !== self);
  let living = 0;
  for (const { id } of others) {
    const held = await parts.locks.tryAcquire(processLock(id));
    if (held === undefined) {
      living += 1;
      continue;
    }
    try {
      await reapProcess(parts, id);
    } finally {
      await held.release({ remove: true });
    }
  }
  return living;
}

/** Gives back whatever a process still holds and lets go of its jobs: for one that is dead, and for one that could not do it itself. */
export function reapProcess(parts: EngineParts, id: ProcessId): Promise<void> {
  return inChange(parts, async (change) => {
    const held = await (await change.records()).runningTasks(id);
    // The oldest first, whatever the records: what goes back first is taken up first.
    for (const { id: taskId } of held.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
      const task = await change.task(taskId);
      if (task?.state !== 'running' || task.lease.owner !== id) continue;
      const reason = `Process ${id} ended without settling it`;
      await settleRunning(change, task, { end: { kind: 'error', cause: 'process-died', reason }, wallMs: heldFor(task, change.now) });
    }
    await change.endProcess(id);
  });
}

/** How long it can have run, in ms: nobody knows when it stopped. */
function heldFor({ lease }: TaskIn<'running'>, now: number): number {
  return Math.max(0, Math.min(now, lease.until) - lease.startedAt);
}
