import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlGroup, GroupLimits } from './control-group.ts';
import { notJoinedCode } from './control-group.ts';
import { isRemoved, killGroups, processIdsIn, removeGroups } from './end-groups.ts';
import { codeOf, writeIfThere } from './interface-files.ts';
import { setLimits } from './limits.ts';
import { readEvents, readUsage } from './measure.ts';
import type { Place } from './places.ts';
import { heldIn } from './places.ts';

/** Joins group after group (0 stands for the process itself), then becomes the program. */
const script = `
left=$1
shift
while [ "$left" -gt 0 ]; do
  echo 0 > "$1" || { echo "miyabi: the control group $1 could not be joined, so the program was not started" >&2; exit ${notJoinedCode}; }
  shift
  left=$((left - 1))
done
exec "$@"
`;

/**
 * Makes the group `name` below that of its owner in every place.
 *
 * @throws Error of the system; nothing is left behind then.
 */
export async function openGroup(places: readonly Place[], owner: string, name: string, limits: GroupLimits): Promise<ControlGroup> {
  const groups = places.map((place) => ({ place, folder: join(place.folder, owner, name) }));
  const folders = groups.map(({ folder }) => folder);
  const made: string[] = [];
  const remove = async (): Promise<void> => {
    await removeGroups(made);
    // The last one takes the owner's group along.
    for (const { folder } of places) isRemoved(join(folder, owner));
  };
  try {
    for (const { place, folder } of groups) {
      make(place, owner, folder);
      made.push(folder);
      setLimits(folder, place, limits);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    holds: heldIn(places),
    joining: (command) => [
      '/bin/sh',
      '-c',
      script,
      'sh',
      String(folders.length),
      ...folders.map((folder) => join(folder, 'cgroup.procs')),
      ...command,
    ],
    usage: () => readUsage(groups),
    events: () => readEvents(groups),
    processIds: () => processIdsIn(folders),
    kill: () => killGroups(folders),
    [Symbol.asyncDispose]: () => (closing ??= killGroups(folders).then(remove)),
  };
}

function make(place: Place, owner: string, folder: string): void {
  const above = join(place.folder, owner);
  ensure(above);
  if (place.version === 2) for (const controller of place.controllers) writeIfThere(above, 'cgroup.subtree_control', `+${controller}`);
  mkdirSync(folder);
}

function ensure(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
