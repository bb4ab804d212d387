import { createHash } from 'node:crypto';

/**
 * The name of the group that holds all groups of one process of ours. It tells whether they are of the same state folder: only
 * there can be asked whether their owner is alive.
 *
 * @param state path of the state folder.
 * @param owner name of the process lock.
 */
export function ownerGroup(state: string, owner: string): string {
  return `${prefix(state)}${encodeURIComponent(owner)}`;
}

/** @returns undefined for a group that is not of this state folder. */
export function ownerOf(state: string, group: string): string | undefined {
  const begin = prefix(state);
  return group.startsWith(begin) ? decodeURIComponent(group.slice(begin.length)) : undefined;
}

function prefix(state: string): string {
  return `miyabi-${createHash('sha256').update(state).digest('hex').slice(0, 12)}-`;
}
