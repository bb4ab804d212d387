import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { median, percentile } from '../support/statistics.ts';

/** How much of the machine was in use, whoever used it. In percent. */
export interface MachinePeaks {
  readonly memory: number;
  readonly processors: number;
  readonly processorsMedian: number;
}

const everyMs = 1_000;
/** A peak is what lasts: so many looks together. */
const together = 10;

interface Look {
  readonly memory: number;
  readonly busy: number;
  readonly all: number;
}

/** Looks at the whole machine each second until the signal aborts. Linux only. */
export async function machinePeaks(signal: AbortSignal): Promise<MachinePeaks> {
  const looks: Look[] = [];
  while (!signal.aborted) {
    looks.push(await look());
    await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
  }
  const shares = looks.slice(together).map((now, index) => {
    const before = looks[index]!;
    return (100 * (now.busy - before.busy)) / Math.max(1, now.all - before.all);
  });
  return {
    memory: Math.max(...looks.map(({ memory }) => memory)),
    processors: percentile(shares, 1),
    processorsMedian: median(shares),
  };
}

async function look(): Promise<Look> {
  const [memory, stat] = await Promise.all([readFile('/proc/meminfo', 'utf8'), readFile('/proc/stat', 'utf8')]);
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1]);
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...rest] = (stat.split('\n', 1)[0] ?? '').split(/\s+/).slice(1).map(Number);
  const busy = user + nice + system + (rest[0] ?? 0) + (rest[1] ?? 0);
  return { memory: 100 * (1 - kib('MemAvailable') / kib('MemTotal')), busy, all: busy + idle + waiting };
}
