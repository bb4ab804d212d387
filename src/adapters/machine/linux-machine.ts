import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Machine } from '../../ports/machine.ts';
import { readHierarchies } from '../sandbox/control-groups/hierarchies.ts';
import { diskSpace } from './disk-space.ts';
import { cpuLimits, memoryLimits } from './group-limits.ts';
import type { ProcessorTime } from './processors.ts';
import { allowedProcessors, parseStat } from './processors.ts';

/** What processor time was used up to a moment. */
interface Reading {
  readonly atMs: number;
  readonly machine: ProcessorTime;
  readonly limited: ReadonlyMap<string, { readonly usedMs: number; readonly threads: number }>;
}

/** Less than this between two readings says nothing: the kernel counts in hundredths of a second. In ms. */
const leastMs = 50;

/**
 * A Linux machine as /proc and our control groups tell it: of memory and of processor time the scarcest counts, be it the
 * machine's or that of a group we are in, or one above it that can be seen from here.
 *
 * @param root stands before the paths of the system; for a folder that imitates one.
 */
export function linuxMachine(state: string, monotonic: () => number, root = ''): Machine {
  const hierarchies = readHierarchies(root);
  const processors = allowedProcessors(read('/proc/self/status'));

  function read(path: string): string {
    return readFileSync(`${root}${path}`, 'utf8');
  }

  function memory(): { readonly total: number; readonly available: number } {
    const text = read('/proc/meminfo');
    const bytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
    return { total: bytes('MemTotal'), available: bytes('MemAvailable') };
  }

  function take(): Reading {
    const limited = new Map(cpuLimits(hierarchies).map(({ folder, usedMs, threads }) => [folder, { usedMs, threads }]));
    return { atMs: monotonic(), machine: parseStat(read('/proc/stat'), processors), limited };
  }

  let last = take();
  let lastShare: number | undefined;

  function cpuShare(): number {
    const now = take();
    if (now.atMs - last.atMs < leastMs) return lastShare ?? share(now.machine.busy, now.machine.total);
    const shares = [share(now.machine.busy - last.machine.busy, now.machine.total - last.machine.total)];
    for (const [folder, { usedMs, threads }] of now.limited) {
      const before = last.limited.get(folder);
      if (before !== undefined) shares.push(share(usedMs - before.usedMs, (now.atMs - last.atMs) * threads));
    }
    last = now;
    lastShare = Math.max(...shares);
    return lastShare;
  }

  return {
    async size() {
      const total = { bytes: memory().total, source: 'the machine' };
      const groups = memoryLimits(hierarchies).map(({ limitBytes, folder }) => ({ bytes: limitBytes, source: folder }));
      const smallest = groups.reduce((one, other) => (other.bytes < one.bytes ? other : one), total);
      const all = { threads: processors.size > 0 ? processors.size : availableParallelism(), source: 'the processors we may run on' };
      const quotas = cpuLimits(hierarchies).map(({ threads, folder }) => ({ threads, source: folder }));
      const fewest = quotas.reduce((one, other) => (other.threads < one.threads ? other : one), all);
      return {
        memoryBytes: smallest.bytes,
        threads: fewest.threads,
        diskBytes: (await diskSpace(state)).bytes,
        source: `Memory from ${smallest.source}, threads from ${fewest.source}, disk from the file system of ${state}.`,
      };
    },
    async load() {
      const { total, available } = memory();
      const groups = memoryLimits(hierarchies).map(({ usedBytes, limitBytes }) => share(usedBytes, limitBytes));
      return {
        memory: Math.max(share(total - available, total), ...groups),
        cpu: cpuShare(),
        disk: (await diskSpace(state)).usedShare,
      };
    },
  };
}

/** 0 to 1. */
function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
