import type { PlausiblePatch } from './search.ts';

/** Candidates that are tried after the first patch that mends everything: the first that fits the tests is not always the one that is meant. */
export const afterComplete = 400;

/** What was found, and whether it is worth while to go on. */
export interface Gathering {
  /** Patches that mend everything, in the order in which they were found. */
  readonly complete: readonly PlausiblePatch[];
  /** The patch that mends most of the failing tests without mending all; absent when none does. */
  partial(): PlausiblePatch | undefined;
  add(patch: PlausiblePatch): void;
  /**
   * Only a patch that mends everything brings the end nearer: one that mends some of the failing tests is a first edit that wants
   * its second, and those are tried last.
   *
   * @param tried candidates up to now.
   */
  goesOn(tried: number): boolean;
}

export function createGathering(): Gathering {
  const complete: PlausiblePatch[] = [];
  let partial: PlausiblePatch | undefined;
  return {
    complete,
    partial: () => partial,
    add(patch) {
      if (patch.complete) complete.push(patch);
      else if (patch.fixed.length > (partial?.fixed.length ?? 0)) partial = patch;
    },
    goesOn(tried) {
      const [first] = complete;
      return first === undefined || tried < first.rank + afterComplete;
    },
  };
}
