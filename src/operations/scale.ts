import { worldCeiling } from '../domain/capacity.ts';
import type { MachineSize, WorldNeeds } from '../domain/capacity.ts';
import type { Config } from '../domain/config.ts';
import { scale } from '../domain/scaler.ts';
import type { LoadThresholds } from '../domain/scaler.ts';
import type { Machine } from '../ports/machine.ts';
import type { WorkerLimits } from '../weaver/engine.ts';
import { testsWriteType, worldCheckType, worldRunType } from '../workflow/task-types.ts';

const gibibyte = 1024 ** 3;
const gigabyte = 1_000_000_000;

/** Worlds at the same time: how many to begin with, and how many at most. */
export interface WorldRoom {
  readonly start: number;
  readonly ceiling: number;
}

/** What one world is expected to need, in bytes and threads. */
export function needsOf({ memoryGigabytes, threads, diskGigabytes }: Config['worlds']['needs']): WorldNeeds {
  return { memoryBytes: memoryGigabytes * gibibyte, threads, diskBytes: diskGigabytes * gigabyte };
}

/** As many as were asked for; where the machine decides, as many as a task has, while the machine carries them. */
export function worldRoom({ worlds, capacity }: Config, size: MachineSize): WorldRoom {
  if (worlds.parallel > 0) return { start: worlds.parallel, ceiling: worlds.parallel };
  const ceiling = worldCeiling(size, needsOf(worlds.needs), capacity.most);
  return { start: Math.min(worlds.count, ceiling), ceiling };
}

/**
 * What a worker may do at a time so that this many worlds run. Checks are limited to the number of threads as well, because a test
 * that is starved of processor time looks like one that hangs. Worlds that still run although fewer may now take no place from the rest.
 */
export function limitsFor(
  worlds: number,
  { ceiling }: Pick<WorldRoom, 'ceiling'>,
  { threads }: Pick<MachineSize, 'threads'>,
): WorkerLimits {
  const checksBeside = (most: number): number => Math.max(1, Math.min(Math.floor(threads), most));
  return {
    concurrency: ceiling + checksBeside(ceiling) + 1,
    concurrencyByType: {
      [worldRunType.name]: worlds,
      // Who writes tests asks a model most of the time, and needs a place like a world.
      [testsWriteType.name]: worlds,
      [worldCheckType.name]: checksBeside(worlds),
    },
  };
}

export interface FollowOptions {
  readonly room: WorldRoom;
  readonly thresholds: LoadThresholds;
  readonly everyMs: number;
  /** Lets so many worlds run at the same time from now on; what runs already goes on. */
  readonly apply: (worlds: number) => void;
  /** Hears of each change, and of a load that cannot be read, in a sentence. */
  readonly tell: (text: string) => void;
}

/**
 * Lets one world fewer or one more run at the same time as the machine fills up or empties, until it is disposed. Keeps no process
 * alive.
 */
export function followMachine(machine: Pick<Machine, 'load'>, { room, thresholds, everyMs, apply, tell }: FollowOptions): AsyncDisposable {
  let current = room.start;
  let complaint: string | undefined;
  let over = false;
  const look = async (): Promise<void> => {
    const load = await machine.load();
    complaint = undefined;
    if (over) return;
    const { change, worlds, reason } = scale({ load, current, ceiling: room.ceiling, thresholds });
    if (change === 'same') return;
    current = worlds;
    apply(worlds);
    tell(`${worlds} ${worlds === 1 ? 'world' : 'worlds'} at a time from now on, one ${change}: ${reason}`);
  };
  const unreadable = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    if (!over && why !== complaint) tell(`The load of the machine cannot be read, so ${current} may run at a time as before: ${why}`);
    complaint = why;
  };
  // Processor time is that since the last look, so the first one only begins to count.
  let looking: Promise<void> | undefined = machine
    .load()
    .then(() => undefined, unreadable)
    .finally(() => (looking = undefined));
  const timer = setInterval(() => {
    looking ??= look()
      .catch(unreadable)
      .finally(() => (looking = undefined));
  }, everyMs);
  timer.unref();
  return {
    [Symbol.asyncDispose]: async () => {
      over = true;
      clearInterval(timer);
      await looking;
    },
  };
}

export function thresholdsOf({ capacity }: Config): LoadThresholds {
  return {
    high: { memory: capacity.memoryHigh, cpu: capacity.cpuHigh, disk: capacity.diskHigh },
    low: { memory: capacity.memoryLow, cpu: capacity.cpuLow, disk: capacity.diskLow },
  };
}
