import type { QualityEvidence } from '../../domain/score.ts';

/**
 * The share of the component quality, 0 to 1: half for the size, three tenths for the branches added, two tenths for duplication.
 *
 *     0.5 * max(0, 1 - size / 500) + 0.3 * max(0, 1 - branches / 50) + 0.2 * (1 - duplicated / added)
 *
 * Why so: of two changes that pass the same tests, reviewers accept the smaller one sooner and it breaks less elsewhere; beyond some
 * 500 lines nobody reads a change carefully. Branches are what makes code hard to test; copied lines are what makes it hard to
 * change. It weighs a tenth of the score, so that it can only decide between worlds that are otherwise alike.
 */
export function qualityShare(evidence: QualityEvidence): number {
  const size = Math.max(0, 1 - evidence.size / 500);
  const branches = Math.max(0, 1 - evidence.branches / 50);
  const single = evidence.added === 0 ? 1 : 1 - Math.min(1, evidence.duplicated / evidence.added);
  return 0.5 * size + 0.3 * branches + 0.2 * single;
}
