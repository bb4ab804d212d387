import type { ProcessId } from '../domain/ids.ts';
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
  /** Tasks whose lease it has. */
  readonly running: number;
}

/** Those that have not been seen to end, in the order of their start. */
export async function workers(parts: EngineParts): Promise<readonly WorkerView[]> {
  const known = await parts.store.read(async (records) => {
    const found = [];
    for (const process of await records.processes()) found.push({ ...process, running: (await records.runningTasks(process.id)).length });
    return found;
  });
  const views: WorkerView[] = [];
  for (const { id, ...rest } of known) views.push({ process: id, ...rest, alive: await isAlive(parts, id) });
  return views;
}
