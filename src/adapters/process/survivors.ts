import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Sends a signal to a whole group. @returns false when there is nobody in it. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  return send(-group, signal);
}

function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** ESRCH: nobody there. EPERM: the id belongs to somebody else by now (or, on macOS, to a zombie). */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');
}

/**
 * Processes that a child left behind: alive in its group, or carrying its mark in their environment.
 * Without /proc (macOS) only the group can be asked, and it counts as one process.
 */
export function findSurvivors(group: number, mark: string | undefined): readonly number[] {
  const groupIsThere = signalGroup(group, 0);
  if (process.platform !== 'linux') return groupIsThere ? [-group] : [];
  if (mark === undefined && !groupIsThere) return [];
  const isMarked = (pid: number): boolean => mark !== undefined && (read(`/proc/${pid}/environ`)?.includes(mark) ?? false);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0)
    .filter((pid) => isMarked(pid) || (groupIsThere && isAliveInGroup(pid, group)));
}

function isAliveInGroup(pid: number, group: number): boolean {
  const stat = read(`/proc/${pid}/stat`)?.toString('latin1');
  if (stat === undefined) return false;
  // pid (name) state parent group ...; the name may hold spaces and brackets.
  const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state !== 'Z' && state !== 'X' && Number(ofGroup) === group;
}

/** @returns undefined for a process that is gone or belongs to somebody else. */
function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Time that processes get to end on their own after their program has ended, in ms. */
const settleMs = 100;
/** Time after which a killed process is no longer waited for, in ms (a zombie whose parent does not care stays for ever). */
const deathMs = 2_000;

/**
 * Kills what a child left behind, also what left its group by setsid or a double fork (Linux only; there, a process that
 * both leaves the group and clears its environment is not found).
 *
 * @param mark undefined where only the group is looked at.
 * @returns how many had to be killed.
 */
export async function endSurvivors(group: number, mark: string | undefined): Promise<number> {
  const killed = new Set<number>();
  let survivors = findSurvivors(group, mark);
  for (let waited = 0; survivors.length > 0 && waited < settleMs; waited += 10) {
    await wait(10);
    survivors = findSurvivors(group, mark);
  }
  for (let waited = 0; survivors.length > 0 && waited < deathMs; waited += 10) {
    signalGroup(group, 'SIGKILL');
    for (const pid of survivors) {
      send(pid, 'SIGKILL');
      killed.add(pid);
    }
    await wait(10);
    survivors = findSurvivors(group, mark);
  }
  return killed.size;
}
