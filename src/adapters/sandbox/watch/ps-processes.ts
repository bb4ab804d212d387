import { execFile } from 'node:child_process';
import type { WorldProcesses } from './world-processes.ts';

/** The program that lists processes with their environment, one a line: id, parent, KiB in memory, processor time, and all words. */
export type PsCommand = readonly [string, ...string[]];

const ofMacos: PsCommand = ['/bin/ps', '-A', '-E', '-ww', '-o', 'pid=,ppid=,rss=,time=,command='];
/** Listing all processes takes a few hundredths of a second. In ms. */
const freshMs = 2_000;

/**
 * The processes of a world where there is no /proc (macOS), as `ps` lists them: those that carry the mark, and what descends from
 * one that was seen. Programs of the system hide their environment, and are found by their parent only. A look tells what the list
 * before said; threads are not counted.
 */
export function psWorldProcesses(
  mark: string,
  command: PsCommand = ofMacos,
  monotonic: () => number = () => performance.now(),
): WorldProcesses {
  let members: readonly Listed[] = [];
  let listedAt = Number.NEGATIVE_INFINITY;
  let listing = false;

  function list(): void {
    const [program, ...args] = command;
    listing = true;
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024, timeout: 10_000, env: {} }, (error, stdout) => {
      listing = false;
      listedAt = monotonic();
      if (error === null) members = membersOf(parsePs(stdout), mark, new Set(members.map(({ pid }) => pid)));
    });
    child.unref();
  }

  return {
    look() {
      if (!listing && monotonic() - listedAt > freshMs) list();
      const sum = (of: (each: Listed) => number): number => members.reduce((total, each) => total + of(each), 0);
      return { memoryBytes: sum((each) => each.memoryBytes), cpuMs: sum((each) => each.cpuMs), processes: members.length };
    },
    processIds: () => members.map(({ pid }) => pid),
  };
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly memoryBytes: number;
  readonly cpuMs: number;
  readonly words: string;
}

/** Lines that are none of `ps` are left out. */
export function parsePs(text: string): readonly Listed[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, kibibytes, time, words] = /^ *(\d+) +(\d+) +(\d+) +([\d:.-]+) ?(.*)$/.exec(line) ?? [];
    if (pid === undefined || time === undefined) return [];
    return [
      { pid: Number(pid), parent: Number(parent), memoryBytes: Number(kibibytes) * 1024, cpuMs: parseTime(time), words: words ?? '' },
    ];
  });
}

/** `1:02.50`, `01:02:03`, `4-01:02:03`. */
function parseTime(text: string): number {
  const [days, time = text] = text.includes('-') ? text.split('-') : ['0', text];
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1_000);
}

function membersOf(all: readonly Listed[], mark: string, before: ReadonlySet<number>): readonly Listed[] {
  const found = new Set(
    all.filter(({ pid, parent, words }) => words.includes(mark) || before.has(pid) || before.has(parent)).map(({ pid }) => pid),
  );
  for (let grown = -1; grown !== found.size;) {
    grown = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}
