import type { ProcessId } from '../domain/ids.ts';
import type { Task } from '../domain/task.ts';
import type { EngineParts } from './parts.ts';
import { isAlive } from './status.ts';

/** A program that executes tasks, or may have died while it did. */
export interface WorkerView {
  readonly process: ProcessId;
  /** The name of its machine, and its number there. */
  readonly host: string;
  readonly pid: number;
  /** What it has for tasks that need it; undefined for one that takes whatever it is given. */
  readonly labels: readonly string[] | undefined;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly alive: boolean;
  /** Epoch ms: when it last showed that it lives, which is now where it does; of a dead one when it last renewed a lease, as far as that is known. */
  readonly lastSeenAt: number | undefined;
  /** Tasks whose lease it has. */
  readonly running: number;
}

/** Those that have not been seen to end, in the order of their start. */
export async function workers(parts: EngineParts): Promise<readonly WorkerView[]> {
  const known = await parts.store.read(async (records) => {
    const found = [];
    for (const process of await records.processes()) {
      const tasks = await records.runningTasks(process.id);
      found.push({ ...process, running: tasks.length, renewedAt: lastRenewed(tasks, parts.timing.leaseMs) });
    }
    return found;
  });
  const views: WorkerView[] = [];
  for (const { id, renewedAt, ...rest } of known) {
    const alive = await isAlive(parts, id);
    views.push({ process: id, ...rest, alive, lastSeenAt: alive ? parts.clock.now() : renewedAt });
  }
  return views;
}

/** A lease lasts for so long from when it was renewed. */
function lastRenewed(tasks: readonly Task[], leaseMs: number): number | undefined {
  const renewed = tasks.flatMap((task) => (task.state === 'running' ? [Math.max(task.lease.startedAt, task.lease.until - leaseMs)] : []));
  return renewed.toSorted((one, other) => other - one)[0];
}
