import { behaviourIn, observedText, type Behaviour } from '../behaviour/behaviour.ts';
import { parseSource } from '../edits/parse.ts';
import { survey, type Survey } from '../edits/survey.ts';
import type { Oracle } from './oracle.ts';
import type { PlausiblePatch } from './search.ts';

/** A plausible patch with what it does on made-up inputs. */
export interface Ballot {
  readonly patch: PlausiblePatch;
  readonly behaviour: Behaviour;
}

/** Patches that are compared at most: the first that were found. */
const mostBallots = 60;

/** Turns of one test with the made-up calls in it: an observer counts its own and ends before that. */
const observingFuel = 5_000_000;

/** What a patch of two edits weighs beside one of a single edit with the same scores. */
const pairWeight = 0.5;

/** What a patch that takes code away weighs beside another: it passes the more tests the fewer look at what is gone. */
const deletionWeight = 0.5;

/**
 * Plausible patches, the one to be offered first in front. Patches that do the same on made-up inputs are one party with the
 * weight of all its members: many ways of writing one meaning speak for it, while patches that only fit the tests differ
 * from one another. Then the heaviest of each further party, in case that the whole suite refuses the first; last, what there was
 * no time to compare.
 *
 * @param goOn whether there is time for one more, where each is a run of a project's own runner.
 */
export async function elect(
  patches: readonly PlausiblePatch[],
  sources: ReadonlyMap<string, string>,
  oracle: Oracle,
  goOn: () => boolean = () => true,
): Promise<PlausiblePatch[]> {
  const compared = patches.slice(0, mostBallots);
  if (compared.length < 2) return [...patches];
  const touched = new Set(compared.flatMap(({ texts }) => [...texts.keys()]));
  const surveys = [...touched].flatMap((path) => {
    const parsed = parseSource(path, sources.get(path) ?? '');
    return parsed === undefined ? [] : [survey(parsed)];
  });
  const ballots: Ballot[] = [];
  for (const patch of compared) {
    if (ballots.length > 1 && !goOn()) break;
    const observation = await oracle.run(textsToObserve(patch, surveys), 'all', observingFuel);
    ballots.push({ patch, behaviour: behaviourIn(observation) });
  }
  return [...rankByParty(ballots), ...compared.slice(ballots.length)];
}

function textsToObserve(patch: PlausiblePatch, surveys: readonly Survey[]): Map<string, string> {
  return new Map(
    surveys.map((read) => {
      const own = patch.edits.filter(({ file }) => file === read.source.path).flatMap(({ edits }) => edits);
      return [read.source.path, observedText(read, own)];
    }),
  );
}

/** Heaviest party first; within the first one and of each other one the heaviest member, then the rest of the first. */
export function rankByParty(ballots: readonly Ballot[]): PlausiblePatch[] {
  const parties = partiesOf(ballots).toSorted((one, other) => weightOfAll(other) - weightOfAll(one));
  const ordered = parties.map((party) => party.toSorted((one, other) => weightOf(other) - weightOf(one)));
  return [...ordered.flatMap((party) => party.slice(0, 1)), ...ordered.flatMap((party) => party.slice(1))];
}

function partiesOf(ballots: readonly Ballot[]): PlausiblePatch[][] {
  const parties: { readonly behaviour: Behaviour; readonly members: PlausiblePatch[] }[] = [];
  for (const { patch, behaviour } of ballots) {
    const party = parties.find((each) => behaveAlike(each.behaviour, behaviour));
    if (party === undefined) parties.push({ behaviour, members: [patch] });
    else party.members.push(patch);
  }
  return parties.map(({ members }) => members);
}

/** The same outcome wherever both were observed; without a common observation nothing is known, and they are not taken for alike. */
function behaveAlike(one: Behaviour, other: Behaviour): boolean {
  let common = 0;
  for (const [input, outcome] of one) {
    const theirs = other.get(input);
    if (theirs === undefined) continue;
    if (theirs !== outcome) return false;
    common += 1;
  }
  return common > 0;
}

function weightOfAll(party: readonly PlausiblePatch[]): number {
  return party.reduce((sum, patch) => sum + weightOf(patch), 0);
}

function weightOf({ edits }: PlausiblePatch): number {
  const product = edits.reduce((weight, { score }) => weight * score, 1);
  const deletes = edits.some(({ family }) => family === 'deletion');
  return product * pairWeight ** (edits.length - 1) * (deletes ? deletionWeight : 1);
}
