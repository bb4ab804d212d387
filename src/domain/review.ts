/**
 * The review of a whole branch, out of 100 points: tests 35, lint 25, security 20, docs 20. A component without
 * evidence is null, and the rest is scaled.
 */
export interface ReviewReport {
  readonly score: number;
  readonly breakdown: {
    readonly tests: number | null;
    readonly lint: number | null;
    readonly security: number | null;
    readonly docs: number | null;
  };
  readonly recommendation: 'APPROVE' | 'REVIEW' | 'REJECT';
  /** Findings, a sentence each. */
  readonly issues: readonly string[];
  /** Of what is found of security, or by a model, where it is so grave that a person has to look; absent where nothing is. */
  readonly gravest?: 'critical' | 'high';
}

/** The label of a review score: `excellent` from 90, `good` from 80, `fair` from 60, `poor` below. */
export function qualityLabel(score: number): 'quality:excellent' | 'quality:good' | 'quality:fair' | 'quality:poor' {
  if (score >= 90) return 'quality:excellent';
  if (score >= 80) return 'quality:good';
  return score >= 60 ? 'quality:fair' : 'quality:poor';
}
