import type { WorldUsage } from '../../../domain/incident.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { WorldLimits } from '../../../ports/sandbox.ts';
import type { ControlGroup, GroupEvents } from '../control-groups/control-group.ts';
import type { Told } from '../rung.ts';
import type { Sample } from './samples.ts';
import { createSamples } from './samples.ts';
import { megabytes, watchDisk } from './watch-disk.ts';
import type { WorldProcesses } from './world-processes.ts';
import { fairMemoryOf, memoryOf } from './world-processes.ts';

export interface WatchOptions {
  readonly group: ControlGroup | undefined;
  /** Finds the world's processes where there is no group; without both, only the disk is watched. */
  readonly processes: WorldProcesses | undefined;
  /** Existing ones in which the world's disk use grows: the world's folders, and for one that is an overlay its upper folder too. */
  readonly folders: readonly string[];
  readonly limits: Pick<WorldLimits, 'memoryBytes' | 'processes' | 'diskBytes'>;
  readonly clock: Clock;
  readonly tell: (told: Told) => void;
  /** By default every second; twice as often where no group holds the world. */
  readonly everyMs?: number;
  /** Files and folders that the world may make or change. */
  readonly files?: number;
}

/** What a world uses while it runs. Disposing ends it; while there still is a group, so that the last figures are told. */
export interface Watch extends AsyncDisposable {
  usage(): Omit<WorldUsage, 'contacted'>;
  /** Looks now, beside the regular times: a program may have ended for what the kernel did a moment ago. */
  look(): void;
}

const firstMs = 100;

/** Watches one world until it is disposed of. Does not keep the program alive. Each kind of excess that stops a world is told once. */
export function watchWorld(options: WatchOptions): Watch {
  const { group, processes, limits, clock, tell } = options;
  const everyMs = options.everyMs ?? (group?.holds.has('memory') === true && group.holds.has('processes') ? 1_000 : 500);
  const ending = new AbortController();
  const processIds = (): readonly number[] => group?.processIds() ?? processes?.processIds() ?? [];
  const diskLimits = { bytes: limits.diskBytes, files: options.files ?? 500_000 };
  const disk = watchDisk(options.folders, diskLimits, clock, processIds, ending.signal);
  const samples = createSamples();
  const canTell = group !== undefined || processes !== undefined;
  const tooMuchMemory = `used more than ${megabytes(limits.memoryBytes)} of memory`;
  const stoppedFor = new Set<Told['kind']>();
  const begin = clock.monotonic();
  let peak: Omit<Sample, 'atMs'> = { memoryBytes: 0, cpuMs: 0, processes: 0 };
  let refusals = 0;
  let counting: Promise<void> | undefined;

  function stopFor(kind: Told['kind'], detail: string): void {
    if (stoppedFor.has(kind)) return;
    stoppedFor.add(kind);
    tell({ kind, detail, stopped: true });
  }

  function record(now: Measured): void {
    const atMs = Math.round(clock.monotonic() - begin);
    const sample = { atMs, memoryBytes: now.memoryBytes, cpuMs: Math.round(now.cpuMs), processes: now.processes };
    samples.add(sample);
    peak = {
      // The kernel also saw what came and went between two looks.
      memoryBytes: Math.max(peak.memoryBytes, sample.memoryBytes, now.peakMemoryBytes),
      cpuMs: Math.max(peak.cpuMs, sample.cpuMs),
      processes: Math.max(peak.processes, sample.processes),
    };
  }

  function judge(now: Measured): void {
    if (now.processRefusals > refusals) {
      refusals = now.processRefusals;
      tell({ kind: 'processes', detail: `more than ${limits.processes} processes and threads were refused`, stopped: false });
    }
    if (now.memoryKills > 0) {
      // The kernel counts those too that it killed for the want of others.
      const isOwn = now.peakMemoryBytes === 0 || now.peakMemoryBytes >= limits.memoryBytes * 0.9;
      stopFor('memory', isOwn ? tooMuchMemory : 'lost a process because the machine, not the world, had no memory left');
    }
    if (group?.holds.has('memory') !== true && now.memoryBytes > limits.memoryBytes) {
      if ((fairMemoryOf(processIds()) ?? now.memoryBytes) > limits.memoryBytes) stopFor('memory', tooMuchMemory);
    }
    if (group?.holds.has('processes') !== true && now.processes > limits.processes) {
      stopFor('processes', `had more than ${limits.processes} processes and threads`);
    }
  }

  function look(): void {
    if (!canTell) return;
    const now = measure(group, processes);
    record(now);
    judge(now);
  }

  async function count(): Promise<void> {
    const tooMuch = await disk.check();
    counting = undefined;
    if (tooMuch !== undefined) stopFor('disk', tooMuch);
  }

  function again(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      look();
      counting ??= count();
      timer = again(everyMs);
    }, ms).unref();
  }
  let timer = again(Math.min(firstMs, everyMs));

  return {
    usage: () => ({ ...(canTell ? peak : {}), samples: samples.all() }),
    look,
    async [Symbol.asyncDispose]() {
      if (ending.signal.aborted) return;
      clearTimeout(timer);
      look();
      ending.abort();
      await counting;
    },
  };
}

interface Measured extends Omit<Sample, 'atMs'>, GroupEvents {
  /** 0 where the kernel does not count it. */
  readonly peakMemoryBytes: number;
}

function measure(group: ControlGroup | undefined, processes: WorldProcesses | undefined): Measured {
  const nothing = { memoryBytes: 0, cpuMs: 0, processes: 0, peakMemoryBytes: 0, memoryKills: 0, processRefusals: 0 };
  if (group === undefined) return { ...nothing, ...processes?.look() };
  const usage = { ...nothing, ...group.usage(), ...group.events() };
  const ids = group.holds.has('memory') && group.holds.has('processes') ? [] : group.processIds();
  const current = group.holds.has('memory') ? usage.memoryBytes : memoryOf(ids);
  return {
    ...usage,
    // A process that was killed for its memory may have lived between two looks.
    memoryBytes: usage.memoryKills > 0 ? Math.max(current, usage.peakMemoryBytes) : current,
    processes: group.holds.has('processes') ? usage.processes : ids.length,
  };
}
