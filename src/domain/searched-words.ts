/**
 * How texts become words that are looked for: identifiers are taken apart, and where a script sets no spaces between words, pairs of
 * characters stand for them.
 */

const stopWords = new Set(
  (
    'a about above after again all also am an and any are as at be because been before being below between both but by can cannot could did do ' +
    'does doing don done down during each else etc even every few for from further get got had has have having he her here hers him his how i if ' +
    'in into is it its itself just let like may me might more most must my no nor not now of off on once only or other our out over own please ' +
    'same she should so some such than that the their them then there these they this those through to too under until up us use very via was we ' +
    'well were what when where which while who whom why will with without would you your'
  ).split(' '),
);

/** Scripts that set no spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;
/** A word or an identifier. */
const whole = /[\p{L}\p{N}_]{1,80}/gu;
const hasSpaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** So much of a text is read for words that are asked for, in characters. */
const mostAsked = 20_000;

/** A text as an index of words is given it: with the parts of identifiers beside these. */
export function searchedText(text: string): string {
  return spaced(text).replaceAll(whole, (word) => {
    const parts = partsOf(word);
    return parts.length < 2 ? word : `${word} ${parts.join(' ')}`;
  });
}

/** The words of a text that are worth asking for, each once, in small letters and in their order; identifiers and their parts. */
export function askedWords(text: string): readonly string[] {
  const words = [...spaced(text.slice(0, mostAsked)).matchAll(whole)].flatMap(([word]) => {
    const parts = partsOf(word);
    return parts.length < 2 ? [word] : [word, ...parts];
  });
  return [...new Set(words.map((word) => word.toLowerCase()))].filter(isWorthAsking);
}

/** What a text names exactly: identifiers, paths and files. At least four characters long, since shorter ones stand in everything. */
export function askedNames(text: string): readonly string[] {
  const plain = text.slice(0, mostAsked).normalize('NFKC');
  const written = [...plain.matchAll(/[\p{L}_$][\p{L}\p{N}_$]{0,80}(?:(?:\.|::|\/|->|-)[\p{L}_$][\p{L}\p{N}_$]{0,80}){0,12}/gu)].map(
    ([name]) => name,
  );
  const names = written.filter((name) => /[._/:$]|\p{Ll}\p{Lu}|\p{L}\d/u.test(name) && !/^\p{L}\.\p{L}$/u.test(name));
  const unspacedRuns = [...plain.matchAll(unspaced)].map(([run]) => run).filter((run) => run.length >= 3);
  return [...new Set([...names, ...unspacedRuns].map((name) => name.toLowerCase()))].filter(
    (name) => name.length >= 4 || hasSpaceless.test(name),
  );
}

function isWorthAsking(word: string): boolean {
  if (hasSpaceless.test(word)) return true;
  return word.length >= 2 && !stopWords.has(word) && !/^_+$/.test(word) && !/^\d+$/.test(word);
}

function spaced(text: string): string {
  return text.normalize('NFKC').replaceAll(unspaced, (run) => ` ${pairsOf(run).join(' ')} `);
}

/** `parseHTTPHeaders_v2` is parse, HTTP, Headers, v2. */
function partsOf(word: string): readonly string[] {
  if (!/_|\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u.test(word)) return [word];
  return word
    .replaceAll(/(\p{Ll}|\d)(?=\p{Lu})/gu, '$1_')
    .replaceAll(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1_')
    .split('_')
    .filter((part) => part !== '');
}

function pairsOf(run: string): readonly string[] {
  const characters = Array.from(run);
  return characters.length < 2 ? characters : characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
