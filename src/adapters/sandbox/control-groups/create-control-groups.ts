import type { ControlGroups } from './control-group.ts';
import { readHierarchies } from './hierarchies.ts';
import { openGroup } from './open-group.ts';
import { ownerGroup } from './owner-name.ts';
import { findPlaces, heldIn } from './places.ts';
import { sweepGroups } from './sweep.ts';

export interface ControlGroupOptions {
  /** Path of the state folder; processes of other state folders are left alone by `sweep`. */
  readonly state: string;
  /** The name of this process's lock, unlike that of any other process of the state folder. */
  readonly owner: string;
  /** Whether the process that holds the lock of this name is alive. */
  readonly isAlive: (owner: string) => Promise<boolean>;
  /** Stands before every path; for a folder that imitates a machine. */
  readonly root?: string;
}

/**
 * The control groups of this machine, found at once.
 *
 * What was run for real: version 1, and of version 2 joining, killing and removing. The limits and the figures of version 2, and
 * the folders that systemd gives to ordinary users, were tried on folders that imitate them: that the right values are written to
 * the right files, not that a kernel obeys.
 */
export function createControlGroups({ state, owner, isAlive, root = '' }: ControlGroupOptions): ControlGroups {
  const hierarchies = readHierarchies(root);
  const own = ownerGroup(state, owner);
  const { kind, places, detail } = findPlaces(hierarchies, `${own}-probe`);
  return {
    kind,
    detail,
    holds: heldIn(places),
    open: async (name, limits) => {
      if (!/^[a-z0-9-]{1,200}$/.test(name)) throw new Error(`${name} is no name for a control group.`);
      return places.length === 0 ? undefined : openGroup(places, own, name, limits);
    },
    sweep: () => sweepGroups({ tops: [...new Set(places.map(({ top }) => top))], state, owner, isAlive }),
  };
}
