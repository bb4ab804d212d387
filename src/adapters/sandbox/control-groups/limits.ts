import type { GroupLimits } from './control-group.ts';
import { codeOf, write, writeIfThere } from './interface-files.ts';
import type { Place } from './places.ts';

/** In µs; the quota is counted anew in each. */
const period = 100_000;

/** Writes the limits that the controllers of one place can hold into a group of it. @throws Error of the system. */
export function setLimits(folder: string, place: Pick<Place, 'version' | 'controllers'>, limits: GroupLimits): void {
  const has = (controller: string): boolean => place.controllers.includes(controller);
  const quota = Math.max(1_000, Math.round(limits.cpus * period));
  if (has('pids')) write(folder, 'pids.max', Math.floor(limits.processes));
  if (place.version === 1) {
    if (has('memory')) limitMemoryV1(folder, Math.floor(limits.memoryBytes));
    if (has('cpu')) limitCpuV1(folder, quota);
    return;
  }
  if (has('memory')) {
    write(folder, 'memory.max', Math.floor(limits.memoryBytes));
    writeIfThere(folder, 'memory.swap.max', 0);
    // A world that lost one process at random is no use to anybody.
    writeIfThere(folder, 'memory.oom.group', 1);
  }
  if (has('cpu')) write(folder, 'cpu.max', `${quota} ${period}`);
}

function limitMemoryV1(folder: string, bytes: number): void {
  write(folder, 'memory.limit_in_bytes', bytes);
  // Memory and swap together must not be below memory alone, so this comes second.
  if (!writeIfThere(folder, 'memory.memsw.limit_in_bytes', bytes)) writeIfThere(folder, 'memory.swappiness', 0);
}

function limitCpuV1(folder: string, quota: number): void {
  write(folder, 'cpu.cfs_period_us', period);
  try {
    write(folder, 'cpu.cfs_quota_us', quota);
  } catch (error) {
    // More than a group above has: that one holds the world already.
    if (codeOf(error) !== 'EINVAL') throw error;
  }
}
