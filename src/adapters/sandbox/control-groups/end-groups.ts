import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf, readText, writeIfThere } from './interface-files.ts';

/** How long killed processes may take to be gone, in ms. */
const patienceMs = 2_000;

/** Ids of the processes in these groups, without those in groups below them. */
export function processIdsIn(folders: readonly string[]): readonly number[] {
  const ids = folders.flatMap((folder) => (readText(folder, 'cgroup.procs') ?? '').split('\n').map(Number));
  // 0 stands for a process that cannot be seen from our namespace.
  return [...new Set(ids)].filter((id) => Number.isInteger(id) && id > 0);
}

/**
 * Kills everything in these groups and below them, and lets nothing be started there any more.
 *
 * Version 2 has a file for it. Elsewhere the processes are killed one by one until there are none: first the limit of their
 * number is set to nothing, so that they cannot start more of themselves in the meantime. Dying takes processor time, so that
 * is no longer limited.
 *
 * @throws Error when something outlives two seconds.
 */
export async function killGroups(folders: readonly string[]): Promise<void> {
  const all = folders.flatMap(withThoseBelow);
  for (const folder of all) {
    writeIfThere(folder, 'pids.max', 0);
    if (!writeIfThere(folder, 'cpu.cfs_quota_us', -1)) writeIfThere(folder, 'cpu.max', 'max');
  }
  for (let waited = 0; ; waited += 5) {
    const alive = processIdsIn(all);
    if (alive.length === 0) return;
    if (waited > patienceMs) throw new Error(`Processes ${alive.slice(0, 10).join(', ')} in ${folders.join(', ')} cannot be killed.`);
    const together = folders.filter((folder) => writeIfThere(folder, 'cgroup.kill', 1));
    if (together.length < folders.length) for (const id of alive) kill(id);
    await wait(5);
  }
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/**
 * Removes empty groups, those below first. What has just been killed holds its group for an instant.
 *
 * @throws Error when a group cannot be removed within two seconds.
 */
export async function removeGroups(folders: readonly string[]): Promise<void> {
  let left = folders.flatMap(withThoseBelow);
  for (let waited = 0; ; waited += 10) {
    left = left.filter((folder) => !isRemoved(folder));
    if (left.length === 0) return;
    if (waited > patienceMs) throw new Error(`The control groups ${left.join(', ')} cannot be removed: they are still in use.`);
    await wait(10);
  }
}

/** @returns false while something still holds the group. */
export function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    if (codeOf(error) === 'EBUSY' || codeOf(error) === 'ENOTEMPTY') return false;
    throw error;
  }
}

/** The deepest first; the folder itself is the last. */
function withThoseBelow(folder: string): readonly string[] {
  return [...groupsIn(folder).flatMap((name) => withThoseBelow(join(folder, name))), folder];
}

/** Names of the groups in a group; none when it is gone. */
export function groupsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENODEV'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
}
