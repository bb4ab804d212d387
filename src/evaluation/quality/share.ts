import type { QualityEvidence } from '../../domain/score.ts';

/** What each part of the component quality weighs; they add up to 1. */
const weights = { size: 0.35, branches: 0.25, unexecuted: 0.25, duplication: 0.15 } as const;
/** From here on a part gives nothing. */
const most = { size: 500, branches: 50 } as const;

/**
 * The share of the component quality, 0 to 1.
 *
 *     0.35 * max(0, 1 - size / 500) + 0.25 * max(0, 1 - branches / 50) + 0.25 * (1 - unexecuted / could run) + 0.15 * (1 - duplicated / added)
 *
 * Where coverage was not measured, its part is taken out and the others are scaled to 1.
 *
 * Why so: of two changes that pass the same tests, reviewers accept the smaller one sooner and it breaks less elsewhere; beyond some
 * 500 lines nobody reads a change carefully. Branches are what makes code hard to test, and a line that no test ran is one of which
 * nothing is known: both weigh the same. Copied blocks make code hard to change later, and break nothing today. All of it is a
 * tenth of the score, so that it can only decide between worlds that are otherwise alike.
 */
export function qualityShare({ size, branches, duplicated, added, unexecuted }: QualityEvidence): number {
  const without = (part: number, whole: number): number => (whole === 0 ? 1 : 1 - Math.min(1, part / whole));
  const known =
    weights.size * Math.max(0, 1 - size / most.size) +
    weights.branches * Math.max(0, 1 - branches / most.branches) +
    weights.duplication * without(duplicated, added);
  if (unexecuted === undefined) return Math.min(1, known / (1 - weights.unexecuted));
  return known + weights.unexecuted * without(unexecuted.lines, unexecuted.of);
}
