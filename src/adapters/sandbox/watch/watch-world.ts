import type { WorldUsage } from '../../../domain/incident.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { WorldLimits } from '../../../ports/sandbox.ts';
import type { ControlGroup } from '../control-groups/control-group.ts';
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

  function look(): void {
    const now = measure(group, processes);
    const events = group?.events() ?? { memoryKills: 0, processRefusals: 0 };
    const memoryBytes = events.memoryKills > 0 ? Math.max(now.memoryBytes, now.peakMemoryBytes) : now.memoryBytes;
    samples.add({ atMs: Math.round(clock.monotonic() - begin), memoryBytes, cpuMs: Math.round(now.cpuMs), processes: now.processes });
    peak = {
      memoryBytes: Math.max(peak.memoryBytes, memoryBytes),
      cpuMs: Math.max(peak.cpuMs, Math.round(now.cpuMs)),
      processes: Math.max(peak.processes, now.processes),
    };
    if (events.processRefusals > refusals) {
      refusals = events.processRefusals;
      tell({ kind: 'processes', detail: `more than ${limits.processes} processes and threads were refused`, stopped: false });
    }
    const isOver =
      group?.holds.has('memory') !== true && memoryBytes > limits.memoryBytes && fairMemoryOf(processIds()) > limits.memoryBytes;
    if (events.memoryKills > 0 || isOver) stopFor('memory', `used more than ${megabytes(limits.memoryBytes)} of memory`);
    if (group?.holds.has('processes') !== true && now.processes > limits.processes) {
      stopFor('processes', `had more than ${limits.processes} processes and threads`);
    }
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
    usage: () => ({ ...(group === undefined && processes === undefined ? {} : peak), samples: samples.all() }),
    async [Symbol.asyncDispose]() {
      if (ending.signal.aborted) return;
      clearTimeout(timer);
      look();
      ending.abort();
      await counting;
    },
  };
}

function measure(group: ControlGroup | undefined, processes: WorldProcesses | undefined) {
  if (group === undefined) return { memoryBytes: 0, cpuMs: 0, processes: 0, ...processes?.look(), peakMemoryBytes: 0 };
  const usage = group.usage();
  const ids = usage.memoryBytes === undefined || usage.processes === undefined ? group.processIds() : [];
  return {
    memoryBytes: usage.memoryBytes ?? memoryOf(ids),
    peakMemoryBytes: usage.peakMemoryBytes ?? 0,
    cpuMs: usage.cpuMs ?? 0,
    processes: usage.processes ?? ids.length,
  };
}
