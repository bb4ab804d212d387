import type { BaseEvidence } from '../domain/evidence.ts';
import type { WorldScore } from '../domain/score.ts';
import { fixedTests, reasonsAgainst } from './gates.ts';
import type { Judged } from './gates.ts';

/**
 * Whether no other world of the task could do better: every point, with evidence for every component, every old failure mended, and nothing
 * that keeps it from winning. Where a component has no evidence another world might still be told apart by what is not known.
 */
export function canNotBeBeaten({
  base,
  score,
  ...world
}: Omit<Judged, 'agent'> & { readonly base: BaseEvidence; readonly score: WorldScore }): boolean {
  return (
    score.total === 100 &&
    score.confidence === 1 &&
    score.testsPassed === score.testsTotal &&
    fixedTests(base, world.check).length === base.failing.length &&
    // The agent of which most is asked.
    reasonsAgainst(base, { ...world, agent: 'repair' }).length === 0
  );
}
