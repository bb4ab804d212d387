import type { Changes } from '../../src/ports/changes.ts';
import type { Locks } from '../../src/ports/lock.ts';
import type { Store } from '../../src/ports/store.ts';

/** Puts a defect between the engine and what it is given, to see whether the simulation finds it. */
export interface BreakPart {
  readonly store?: (store: Store) => Store;
  readonly changes?: (changes: Changes) => Changes;
  readonly locks?: (locks: Locks) => Locks;
}
