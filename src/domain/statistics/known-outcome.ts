import type { ChoiceFacts, RunFacts } from './run-facts.ts';

/** What became of a run's change after it had ended. */
export interface LaterFacts {
  /** Its pull request, as far as it was told. */
  readonly fate: 'handed-over' | 'merged' | 'ci-passed' | 'ci-failed' | 'rejected' | 'reverted' | undefined;
  /** Worlds of it with which a person began another run: to hand them over (`pick`), or to have them changed once more (`fix`). */
  readonly taken: readonly { readonly planTask: string; readonly world: string; readonly kind: 'pick' | 'fix' }[];
  /** How its deployments ended, where it had any. */
  readonly deployed: 'live' | 'refused' | 'rolled-back' | 'broken' | undefined;
}

/** Why a change is known to have been right or wrong. */
export type OutcomeReason = 'merged' | 'live' | 'picked-otherwise' | 'mended' | 'rejected' | 'reverted' | 'taken-back';

/** Whether the change of a run was right, by what became of it. What was only handed over is not known. */
export type KnownOutcome =
  | { readonly kind: 'right'; readonly because: OutcomeReason }
  | { readonly kind: 'wrong'; readonly because: OutcomeReason }
  | { readonly kind: 'unknown' };

const unknown: KnownOutcome = { kind: 'unknown' };
const wrong = (because: OutcomeReason): KnownOutcome => ({ kind: 'wrong', because });

/**
 * The worst that is known counts: a release that was taken back says more than the merge before it, and a person who took another world more than
 * the checks that had passed.
 */
export function knownOutcome(facts: Pick<RunFacts, 'review' | 'mergedBy' | 'choices'>, later: LaterFacts | undefined): KnownOutcome {
  const { fate, taken = [], deployed } = later ?? {};
  if (deployed === 'rolled-back' || deployed === 'broken' || deployed === 'refused') return wrong('taken-back');
  if (fate === 'reverted') return wrong('reverted');
  if (taken.some((one) => one.kind === 'pick' && !isWinner(facts.choices, one))) return wrong('picked-otherwise');
  if (taken.some(({ kind }) => kind === 'fix') || facts.review?.person === 'fix') return wrong('mended');
  if (fate === 'rejected' || facts.review?.person === 'reject') return wrong('rejected');
  if (deployed === 'live') return { kind: 'right', because: 'live' };
  if (fate === 'merged' || facts.mergedBy !== null) return { kind: 'right', because: 'merged' };
  return unknown;
}

/** Who was right where the choice and the plain score differ. */
export type ComparedChoice =
  | { readonly kind: 'same' }
  | { readonly kind: 'differs'; readonly right: 'choice' | 'plain' | 'neither' | 'unknown' };

/** @returns undefined where it is not known whom the plain score would have taken. */
export function compareWithPlain(choice: ChoiceFacts, outcome: KnownOutcome, later: LaterFacts | undefined): ComparedChoice | undefined {
  const { winner, plainWinner, planTask } = choice;
  if (plainWinner === null) return undefined;
  const taken = later?.taken.findLast((one) => one.kind === 'pick' && one.planTask === planTask)?.world;
  if (winner === plainWinner) return { kind: 'same' };
  if (taken !== undefined) return { kind: 'differs', right: taken === winner ? 'choice' : taken === plainWinner ? 'plain' : 'neither' };
  return { kind: 'differs', right: outcome.kind === 'right' ? 'choice' : 'unknown' };
}

function isWinner(choices: readonly ChoiceFacts[], taken: { readonly planTask: string; readonly world: string }): boolean {
  return choices.some(({ planTask, winner }) => planTask === taken.planTask && winner === taken.world);
}
