import { conceptsIn, isConcept, plainStem } from '../../domain/concepts.ts';
import { searchedText } from '../../domain/searched-words.ts';
import type { KnowledgeEntry } from '../../ports/knowledge.ts';

/** So much of each part is read, in characters: some forty entries are read through for one question. */
const most = { body: 2_500, rest: 1_500, diff: 800 } as const;
/** How much a word counts in each part. */
const partWeights = { title: 2, body: 1, rest: 1, diff: 0.25 } as const;
/** BM25's: how soon the same word again tells nothing more, and how much long texts are held back; `usualLength` in words. */
const saturation = 0.6;
const lengthShare = 0.5;
const usualLength = 40;
/** Rare words count more than their weight says: one that is common in both tells of the style, not of the trouble. */
const rarity = 1.5;
const conceptShare = 1.2;
/** What a word is worth of which only the beginning is there: `config` and `configure`, `certificate` and `cert`. */
const beginningShare = 0.6;
const beginning = 4;

/** What a question asks for: words by what their forms have in common, and what each is worth. */
type AskedStems = ReadonlyMap<string, number>;

/** @param weights of the words that were asked for; see `Found`. */
export function askedStems(weights: ReadonlyMap<string, number>): AskedStems {
  const worth = new Map<string, number>();
  for (const [word, weight] of weights) {
    const stem = plainStem(word);
    worth.set(stem, Math.max(worth.get(stem) ?? 0, ((isConcept(word) ? conceptShare : 1) * weight) ** rarity));
  }
  return worth;
}

/**
 * How near an entry is to a question, all of whose words count and not only the rarest, from 0 up: to be compared with other entries of the same question. An index chooses
 * who is compared.
 */
export function closeness(entry: KnowledgeEntry, worth: AskedStems): number {
  const counts = new Map<string, number>();
  const beginnings = new Set<string>();
  const read = (text: string, weight: number): number => {
    const stems = stemsIn(text);
    for (const stem of stems) {
      counts.set(stem, (counts.get(stem) ?? 0) + weight);
      if (stem.length >= beginning) beginnings.add(stem.slice(0, beginning));
    }
    for (const concept of conceptsIn(text)) counts.set(plainStem(concept), (counts.get(plainStem(concept)) ?? 0) + weight);
    return stems.length;
  };
  const { title, body, errors, paths, lessons, plan, diff } = entry;
  const length = read(title, partWeights.title) + read(body.slice(0, most.body), partWeights.body);
  const rest = [...errors.map(({ message }) => message), ...lessons, ...plan, ...paths].join('\n');
  read(rest.slice(0, most.rest), partWeights.rest);
  read(diff.slice(0, most.diff), partWeights.diff);
  const heldBack = saturation * (1 - lengthShare + (lengthShare * length) / usualLength);
  let sum = 0;
  for (const [stem, each] of worth) {
    const count = counts.get(stem);
    if (count !== undefined) sum += (each * count * (1 + saturation)) / (count + heldBack);
    else if (stem.length >= beginning && !isConcept(stem) && beginnings.has(stem.slice(0, beginning))) sum += each * beginningShare;
  }
  return sum;
}

/** The words of a text and the parts of its identifiers, in their order, by what their forms have in common. */
export function stemsIn(text: string): readonly string[] {
  return (
    searchedText(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  ).map(plainStem);
}
