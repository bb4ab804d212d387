import { execFile } from 'node:child_process';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Machine } from '../../ports/machine.ts';
import { diskSpace } from './disk-space.ts';
import type { ProcessorTime } from './processors.ts';

/**
 * A machine without /proc, as Node tells it. On macOS memory in use is an approximation: what `vm_stat` counts as neither free, nor
 * cached files, nor something programs may lose; elsewhere, and where that program does not answer, all that is not free.
 */
export function otherMachine(state: string): Machine {
  let last = processorTime();
  return {
    size: async () => ({
      memoryBytes: totalmem(),
      threads: availableParallelism(),
      diskBytes: (await diskSpace(state)).bytes,
      source: `Memory and threads from the machine, disk from the file system of ${state}.`,
    }),
    async load() {
      const now = processorTime();
      const passed = { busy: now.busy - last.busy, total: now.total - last.total };
      // Too soon after the last call nothing has been counted yet.
      const { busy, total } = passed.total > 0 ? passed : now;
      last = now;
      const free = (await availableMemory()) ?? freemem();
      return {
        memory: Math.min(1, Math.max(0, 1 - free / totalmem())),
        cpu: total > 0 ? busy / total : 0,
        disk: (await diskSpace(state)).usedShare,
      };
    },
  };
}

/** What could be given to a program at once, in bytes. @returns undefined when the text is not that of `vm_stat`. */
export function parseVmStat(text: string): number | undefined {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = ['free', 'inactive', 'speculative', 'purgeable'].map((name) =>
    Number(new RegExp(`^Pages ${name}:\\s+(\\d+)\\.$`, 'm').exec(text)?.[1]),
  );
  const bytes = pages.reduce((sum, count) => sum + count, 0) * pageBytes;
  return Number.isFinite(bytes) ? bytes : undefined;
}

async function availableMemory(): Promise<number | undefined> {
  if (process.platform !== 'darwin') return undefined;
  try {
    return parseVmStat((await promisify(execFile)('/usr/bin/vm_stat', { env: {}, timeout: 2_000 })).stdout);
  } catch {
    return undefined;
  }
}

function processorTime(): ProcessorTime {
  let [busy, total] = [0, 0];
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.idle + times.irq;
    total += sum;
    busy += sum - times.idle;
  }
  return { busy, total };
}
