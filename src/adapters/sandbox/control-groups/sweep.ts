import { join } from 'node:path';
import { groupsIn, killGroups, removeGroups } from './end-groups.ts';
import { ownerOf } from './owner-name.ts';

/** How far below the top of a hierarchy owners' groups are looked for; systemd nests about six deep. */
const depth = 10;
/** How many groups are looked at in a hierarchy, at most. */
const most = 20_000;

export interface SweepOptions {
  /** Tops of the hierarchies. A killed process may have been in another group than we are. */
  readonly tops: readonly string[];
  readonly state: string;
  /** Our own name: what is ours is in use. */
  readonly owner: string;
  readonly isAlive: (owner: string) => Promise<boolean>;
}

/** Ends and removes the groups of dead owners. @returns what, a sentence for each world. */
export async function sweepGroups({ tops, state, owner: self, isAlive }: SweepOptions): Promise<readonly string[]> {
  const owned = Map.groupBy(
    tops.flatMap((top) => findOwned(top, state)),
    ({ owner }) => owner,
  );
  const said: string[] = [];
  for (const [owner, groups] of owned) {
    if (owner === self || (await isAlive(owner))) continue;
    const folders = groups.map(({ folder }) => folder);
    const worlds = new Set(folders.flatMap(groupsIn));
    await killGroups(folders);
    await removeGroups(folders);
    for (const world of worlds) said.push(`The control group of ${world} was removed: ${owner}, which had made it, is no longer alive.`);
  }
  return said;
}

interface Owned {
  readonly owner: string;
  readonly folder: string;
}

function findOwned(top: string, state: string): readonly Owned[] {
  const found: Owned[] = [];
  let level = [top];
  let seen = 0;
  for (let at = 0; at < depth && level.length > 0 && seen < most; at += 1) {
    const next: string[] = [];
    for (const folder of level) {
      for (const name of groupsIn(folder)) {
        seen += 1;
        const owner = ownerOf(state, name);
        if (owner === undefined) next.push(join(folder, name));
        else found.push({ owner, folder: join(folder, name) });
      }
    }
    level = next;
  }
  return found;
}
