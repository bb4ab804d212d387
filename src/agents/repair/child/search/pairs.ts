import type { SearchShare } from '../../../../domain/world.ts';
import type { Candidate } from '../edits/propose.ts';
import { editsOverlap } from '../edits/text.ts';
import type { Effect } from './judge.ts';
import { isOwnPair } from './share.ts';

/** A candidate that was run, with what it did. */
export interface Tried {
  readonly edits: readonly Candidate[];
  readonly effect: Effect;
}

/** First edits and second edits that are combined at most. */
const firstLimit = 60;
const secondLimit = 400;

/**
 * Two edits together, best first: first edits that already brought the tests further (then those that did no
 * harm but changed something), each with the likeliest others that touch other characters. Of a search that is divided, this world's part.
 */
export function* pairUp(tried: readonly Tried[], candidates: readonly Candidate[], share: SearchShare): Iterable<readonly Candidate[]> {
  const places = new Map(candidates.map((candidate, place) => [candidate, place]));
  const placeOf = (candidate: Candidate): number => places.get(candidate) ?? candidates.length;
  const firsts = tried
    .filter(({ edits, effect }) => edits.length === 1 && effect.gain > 0)
    .flatMap(({ edits, effect }) => edits.map((edit) => ({ edit, gain: effect.gain })))
    .toSorted((one, other) => other.gain - one.gain || other.edit.score - one.edit.score)
    .slice(0, firstLimit);
  const seconds = candidates.slice(0, secondLimit);
  const pairs = firsts.flatMap((first, position) =>
    seconds
      .filter((second, place) => isOwnPair(share, placeOf(first.edit), place) && second !== first.edit && !clash(first.edit, second))
      // Where only each n-th first edit was tried here, its place among all of them is n times as far.
      .map((second) => ({
        pair: [first.edit, second],
        weight: ((0.3 + Math.min(first.gain, 3)) * second.score) / (1 + (position * share.of) / 6),
      })),
  );
  for (const { pair } of pairs.toSorted((one, other) => other.weight - one.weight)) yield pair;
}

function clash(one: Candidate, other: Candidate): boolean {
  return one.file === other.file && editsOverlap(one.edits, other.edits);
}
