import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Shell programs that misbehave, each in one way. What they print is process ids, one a line. */
export const evilAgent = {
  /** Itself and a child, neither of which minds SIGTERM. */
  ignoresTerm: `trap '' TERM; echo $$; sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & while :; do sleep 1; done`,
  /** A grandchild in a session of its own, whose parent is gone. Prints its id. */
  escapes: `setsid sh -c 'sh -c "echo \\$\\$; trap \\"\\" TERM HUP; exec sleep 300" &' & wait; while :; do sleep 0.2; break; done`,
  /** Writes to a file again and again, also after its parent has ended. */
  keepsWriting: (file: string): string => `(while :; do date +%N > '${file}'; sleep 0.02; done) & echo $!`,
} as const;

/** A zombie is not alive: it waits for a parent that may never ask. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2).charAt(0));
    } catch {
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when none of them is alive, at the latest after ten seconds. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (pids.some(isAlive) && performance.now() < deadline) await wait(20);
}
