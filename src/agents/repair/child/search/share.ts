import type { SearchShare } from '../../../../domain/world.ts';

/** Of a world that searches alone. */
export const whole: SearchShare = { index: 0, of: 1, common: 0 };

/**
 * Whether the edit at this place of the usual order is tried in this world. The order comes from the base and its tests, so that it is the same in
 * all worlds: what none of them leaves out, and what is tried twice, is known without asking.
 */
export function isOwn({ index, of, common }: SearchShare, place: number): boolean {
  return place < common || place % of === index;
}

/**
 * Whether two edits together are tried in this world. A first edit is followed up where it was tried, for only there it is known what it did; what
 * all have tried is divided by the second.
 */
export function isOwnPair(share: SearchShare, first: number, second: number): boolean {
  return first >= share.common || second % share.of === share.index;
}

/**
 * How many single edits a world tries before it turns to two together, so that all worlds come as far as one search with the budget of
 * all of them: the common ones are tried by everybody, and count once.
 */
export function singlesFirst({ of, common }: SearchShare, budget: number, singles: number): number {
  return Math.ceil(budget * singles + common * (1 - 1 / of));
}
