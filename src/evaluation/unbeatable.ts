import type { BaseEvidence } from '../domain/evidence.ts';
import type { WorldScore } from '../domain/score.ts';
import { fixedTests, reasonsAgainst } from './gates.ts';
import type { Judged } from './gates.ts';

/** Points that a change may lose by its size and still count as one that no other could beat: fifty lines and their branches. */
const lostBySize = 0.8;

/**
 * Whether no other world of the task could do better in more than the size of its change: every other point, with evidence for every
 * component (all five analyses of security among them), an old failure to mend and every one mended, and nothing that keeps it from winning.
 * Where a component has no evidence, or no failing test says what is asked for, another world might still be told apart by what is not known.
 */
export function canNotBeBeaten({
  base,
  score,
  ...world
}: Omit<Judged, 'agent'> & { readonly base: BaseEvidence; readonly score: WorldScore }): boolean {
  return (
    score.total >= 100 - lostBySize &&
    score.confidence === 1 &&
    score.testsPassed === score.testsTotal &&
    score.warnings === 0 &&
    base.failing.length > 0 &&
    fixedTests(base, world.check).length === base.failing.length &&
    // The agent of which most is asked.
    reasonsAgainst(base, { ...world, agent: 'repair' }).length === 0
  );
}
