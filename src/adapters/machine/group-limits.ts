import { dirname } from 'node:path';
import type { Hierarchy } from '../sandbox/control-groups/hierarchies.ts';
import { readField, readNumber, readText } from '../sandbox/control-groups/interface-files.ts';

/** A group that we are in, or one above it, that may not use all of the machine's memory. */
export interface MemoryLimit {
  readonly folder: string;
  readonly limitBytes: number;
  /** Without cached files that nobody used lately. */
  readonly usedBytes: number;
}

/** A group that we are in, or one above it, that may not use all processor time. */
export interface CpuLimit {
  readonly folder: string;
  /** Processors it may keep busy. */
  readonly threads: number;
  /** Processor time that it has used so far. */
  readonly usedMs: number;
}

/** The limits of memory that hold for this process, from its own group up. */
export function memoryLimits(hierarchies: readonly Hierarchy[]): readonly MemoryLimit[] {
  return hierarchies.flatMap((hierarchy) => {
    const names =
      hierarchy.version === 2
        ? { limit: 'memory.max', used: 'memory.current', inactive: 'inactive_file' }
        : { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', inactive: 'total_inactive_file' };
    if (hierarchy.version === 1 && !hierarchy.controllers.includes('memory')) return [];
    return ownAndAbove(hierarchy).flatMap((folder) => {
      const limitBytes = readNumber(folder, names.limit);
      if (limitBytes === undefined) return [];
      const usedBytes = Math.max(0, (readNumber(folder, names.used) ?? 0) - (readField(folder, 'memory.stat', names.inactive) ?? 0));
      return [{ folder, limitBytes, usedBytes }];
    });
  });
}

/** The limits of processor time that hold for this process, from its own group up. */
export function cpuLimits(hierarchies: readonly Hierarchy[]): readonly CpuLimit[] {
  const accounting = hierarchies.find(({ controllers }) => controllers.includes('cpuacct'));
  return hierarchies.flatMap((hierarchy) => {
    if (hierarchy.version === 1 && !hierarchy.controllers.includes('cpu')) return [];
    return ownAndAbove(hierarchy).flatMap((folder) => {
      const threads = hierarchy.version === 2 ? quotaV2(folder) : quotaV1(folder);
      if (threads === undefined) return [];
      if (hierarchy.version === 2) return [{ folder, threads, usedMs: (readField(folder, 'cpu.stat', 'usage_usec') ?? 0) / 1e3 }];
      const counted = accounting === undefined ? folder : accounting.top + folder.slice(hierarchy.top.length);
      return [{ folder, threads, usedMs: (readNumber(counted, 'cpuacct.usage') ?? 0) / 1e6 }];
    });
  });
}

/** `150000 100000`, or `max 100000` for no limit. */
function quotaV2(folder: string): number | undefined {
  const [quota, period] = (readText(folder, 'cpu.max') ?? 'max').split(' ').map(Number);
  return quota === undefined || period === undefined || !(quota / period > 0) ? undefined : quota / period;
}

/** A quota of -1 is none. */
function quotaV1(folder: string): number | undefined {
  const quota = readNumber(folder, 'cpu.cfs_quota_us') ?? -1;
  const period = readNumber(folder, 'cpu.cfs_period_us') ?? 0;
  return quota > 0 && period > 0 ? quota / period : undefined;
}

function ownAndAbove({ own, top }: Hierarchy): readonly string[] {
  const folders = [own];
  for (let folder = own; folder !== top && folder.startsWith(`${top}/`);) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}
