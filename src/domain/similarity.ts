/** What of an issue is compared with others. */
export interface ComparedText {
  readonly title: string;
  readonly body: string;
}

/** As much of a body is compared, in characters: the same of every issue, so that a long one is still like itself. */
export const comparedBody = 4_000;

/** A word of the title counts as often as so many of the body. */
const titleWeight = 2;

const stopWords = new Set(
  (
    'a about above after again all also am an and any are as at be because been before being below between both but by can cannot could did do ' +
    'does doing don done down during each else etc even every few for from further get got had has have having he her here hers him his how i if ' +
    'in into is it its itself just let like may me might more most must my no nor not now of off on once only or other our out over own please ' +
    'same she should so some such than that the their them then there these they this those through to too under until up us use very via was we ' +
    'well were what when where which while who whom why will with without would you your'
  ).split(' '),
);

/** Scripts that set no spaces between words: pairs of characters stand for words there. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/** The words by which a text is compared: small letters, identifiers taken apart, without those that every text has. */
export function wordsOf(text: string): readonly string[] {
  const plain = text.normalize('NFKC');
  const pairs = [...plain.matchAll(unspaced)].flatMap(([run]) => pairsOf(run));
  const apart = plain
    .replaceAll(unspaced, ' ')
    .replaceAll(/(\p{Ll}|\d)(?=\p{Lu})/gu, '$1 ')
    .replaceAll(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .toLowerCase();
  const words = apart.match(/[\p{L}\d]{2,}/gu) ?? [];
  return [...words.filter((word) => !stopWords.has(word)).map(singular), ...pairs];
}

/**
 * How alike a text is to each of others, from 0 (no word in common) to 1 (the same words): the cosine between their words, each weighted
 * by how rare it is among all of them.
 */
export function likeness(text: ComparedText, others: readonly ComparedText[]): readonly number[] {
  const counted = [text, ...others].map(countsOf);
  const holding = new Map<string, number>();
  for (const counts of counted) for (const word of counts.keys()) holding.set(word, (holding.get(word) ?? 0) + 1);
  const vectors = counted.map(
    (counts) =>
      new Map([...counts].map(([word, count]) => [word, (1 + Math.log(count)) * Math.log(1 + counted.length / (holding.get(word) ?? 1))])),
  );
  const [own, ...rest] = vectors;
  return rest.map((vector) => cosine(own ?? new Map<string, number>(), vector));
}

function countsOf({ title, body }: ComparedText): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of wordsOf(title)) counts.set(word, (counts.get(word) ?? 0) + titleWeight);
  for (const word of wordsOf(body.slice(0, comparedBody))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function cosine(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [word, weight] of one) product += weight * (other.get(word) ?? 0);
  const lengths = lengthOf(one) * lengthOf(other);
  return lengths === 0 ? 0 : Math.min(1, Math.round((product / lengths) * 1_000) / 1_000);
}

function lengthOf(vector: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const weight of vector.values()) sum += weight ** 2;
  return Math.sqrt(sum);
}

function pairsOf(run: string): readonly string[] {
  const characters = Array.from(run);
  return characters.length < 2 ? characters : characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

function singular(word: string): string {
  return word.length > 3 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}
