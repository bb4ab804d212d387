import { operatorFamilies, type RepairSettings } from './world.ts';

/** Edits that every world tries: with so many, two thirds of the defects are mended that are mended at all. */
const common = 40;

/** Of the last of several worlds: where a defect ends loops too early, what is right takes many times as long as the base did. */
const patience = 50;

/** Of each world. */
const candidates = 2_000;

/** All templates on a whole library are tens of thousands of candidates: the most suspicious statements only. */
const statements = 50;

/**
 * How the `repair` agent searches in one of several worlds. All go through the same edits in the same order, the likeliest first; where each
 * has another order of its own, five of them mend less than one does with their candidates. The first edits are tried by all, so that
 * a likely repair does not hang on one world; of what comes then each tries its own part, and so does it with two edits together. The last world gives
 * each candidate more time.
 */
export function repairSettings({ index, of }: { readonly index: number; readonly of: number }): RepairSettings {
  const alone: RepairSettings = { families: operatorFamilies, depth: 2, candidates, statements };
  if (of === 1) return alone;
  return { ...alone, share: { index, of, common }, ...(index === of - 1 ? { patience } : {}) };
}
