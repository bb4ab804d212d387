import { readdirSync, readFileSync } from 'node:fs';
import { psWorldProcesses } from './ps-processes.ts';

/** What the processes of a world use together, where no control group counts it. */
export interface ProcessesUsage {
  /** What they hold in memory; what several of them share is counted for each. */
  readonly memoryBytes: number;
  /** Of those that were seen; what lives between two looks is missed. Never goes down. */
  readonly cpuMs: number;
  /** Processes and threads. */
  readonly processes: number;
}

export interface WorldProcesses {
  look(): ProcessesUsage;
  /** Of those seen at the last look. */
  processIds(): readonly number[];
}

/** The kernel counts processor time for /proc in hundredths of a second, and memory in pages. */
const tickMs = 10;
const pageBytes = 4096;
/** After how many looks a process that is not of the world is looked at again: its id may belong to another by then. */
const trustedLooks = 10;

/**
 * Finds the processes of a world by a text in their environment, and what those start by their parent: also what has left its group,
 * or has cleared its environment while its parent lived. Each process is read once; a look costs little where nothing changes.
 *
 * Without /proc (macOS) it is {@link psWorldProcesses}.
 *
 * @param mark what the environment of every program of the world contains, and no other's; a secret, or another world could pass for this one.
 */
export function findWorldProcesses(mark: string, proc = '/proc'): WorldProcesses {
  if (!hasProc(proc)) return psWorldProcesses(mark);
  const strangers = new Map<number, number>();
  /** Processor time of each that was seen, by id and begin, in ms. */
  const spent = new Map<string, number>();
  let members: ReadonlySet<number> = new Set();
  let spentByGone = 0;

  function isMember(pid: number, parent: number, earlier: ReadonlySet<number>, now: ReadonlySet<number>): boolean {
    if (earlier.has(pid) || now.has(parent) || earlier.has(parent)) return true;
    return read(`${proc}/${pid}/environ`)?.includes(mark) ?? false;
  }

  return {
    look() {
      const found = new Set<number>();
      const seen = new Set<string>();
      let [memoryBytes, cpuMs, processes] = [0, 0, 0];
      const pids = new Set(
        readdirSync(proc)
          .map(Number)
          .filter((pid) => pid > 0),
      );
      for (const pid of strangers.keys()) if (!pids.has(pid)) strangers.delete(pid);
      for (const pid of pids) {
        const looks = strangers.get(pid) ?? 0;
        // The first look can fall between fork and exec, when the environment is still ours.
        if (looks > 1 && looks < trustedLooks) {
          strangers.set(pid, looks + 1);
          continue;
        }
        const stat = readStat(proc, pid);
        if (stat === undefined) continue;
        if (!isMember(pid, stat.parent, members, found)) {
          strangers.set(pid, looks < trustedLooks ? looks + 1 : 1);
          continue;
        }
        strangers.delete(pid);
        found.add(pid);
        const key = `${pid} ${stat.begin}`;
        seen.add(key);
        spent.set(key, stat.cpuMs);
        memoryBytes += stat.memoryBytes;
        processes += stat.threads;
      }
      for (const [key, ms] of spent) {
        if (seen.has(key)) cpuMs += ms;
        else {
          spentByGone += ms;
          spent.delete(key);
        }
      }
      members = found;
      return { memoryBytes, cpuMs: cpuMs + spentByGone, processes };
    },
    processIds: () => [...members],
  };
}

/** Memory that these processes hold, in bytes; what several of them share is counted for each. Cheap. */
export function memoryOf(pids: readonly number[], proc = '/proc'): number {
  return pids.reduce((sum, pid) => sum + (readStat(proc, pid)?.memoryBytes ?? 0), 0);
}

/**
 * The same with what is shared counted once, divided among those that share it. Dear: the kernel walks all pages.
 *
 * @returns undefined without /proc.
 */
export function fairMemoryOf(pids: readonly number[], proc = '/proc'): number | undefined {
  if (!hasProc(proc)) return undefined;
  return pids.reduce((sum, pid) => {
    const kibibytes = /^Pss: +(\d+) kB$/m.exec(read(`${proc}/${pid}/smaps_rollup`)?.toString('latin1') ?? '')?.[1];
    return sum + (kibibytes === undefined ? (readStat(proc, pid)?.memoryBytes ?? 0) : Number(kibibytes) * 1024);
  }, 0);
}

function hasProc(proc: string): boolean {
  return read(`${proc}/self/stat`) !== undefined;
}

/** @returns undefined for a process that is gone. */
function readStat(proc: string, pid: number) {
  const text = read(`${proc}/${pid}/stat`)?.toString('latin1');
  if (text === undefined) return undefined;
  // pid (name) state parent ...: the name may hold blanks and brackets. See proc(5) for the numbers, there counted from 1.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    parent: field(4),
    cpuMs: (field(14) + field(15)) * tickMs,
    threads: field(20),
    begin: field(22),
    memoryBytes: field(24) * pageBytes,
  };
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
