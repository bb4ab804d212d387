import { valuePatterns } from './redact.ts';

/** A secret in a text. The positions are those of the text as it was handed over. */
export interface SecretPlace {
  /** In characters from the beginning. */
  readonly index: number;
  readonly length: number;
  /** How it was hidden, in words that follow "it stands there". */
  readonly form: string;
}

/** Where secrets stand in a text, each place once, in the order of the text. */
export type MatchSecrets = (text: string) => readonly SecretPlace[];

/** What a text comes to when it is read in another way, and where each part of that came from. */
interface View {
  readonly text: string;
  /** The place in the text before that a place in this one came from. */
  readonly origin: (index: number) => number;
}

interface Reading {
  readonly form: string;
  /** What makes this reading differ from the text. Global, bounded, without nested repetition. */
  readonly pattern: RegExp;
  readonly becomes: (match: string) => string;
}

/** The end of one literal and the beginning of the next. Blanks are bounded: what is read may be made to be read slowly. */
const joints = /(["'`])\s{0,100}(?:[+.&]|\|\||<>|\\\r?\n)?\s{0,100}\1/g;

/** Ways in which a program takes a text apart and puts it together again before it is used. */
const readings: readonly Reading[] = [
  {
    form: 'with escapes',
    pattern: /\\u\{[\da-f]{1,6}\}|\\u[\da-f]{4}|\\x[\da-f]{2}|%[\da-f]{2}|&#x[\da-f]{1,6};|&#\d{1,7};/gi,
    becomes: unescaped,
  },
  { form: 'in parts that are put together', pattern: joints, becomes: () => '' },
  { form: 'with two bytes a character', pattern: /\0/g, becomes: () => '' },
  { form: 'over several lines', pattern: /(?<![ \t])[ \t]*\\?\r?\n[ \t]*/g, becomes: () => '' },
];

/**
 * Finds these values in texts: as they are and encoded (as {@link valuePatterns} knows them), backwards, with single characters escaped, in
 * string literals that are put together, in UTF-16, and wrapped over lines. Values of fewer than eight characters are not looked for.
 */
export function secretMatcher(secrets: Iterable<string>): MatchSecrets {
  const values = [...secrets];
  const plain = valuePatterns(values);
  if (plain.length === 0) return () => [];
  const backwards = valuePatterns(values.map((value) => Array.from(value).toReversed().join('')));
  return (text) => {
    const found = [...placesOf(plain, text, 'as it is or encoded'), ...placesOf(backwards, text, 'backwards')];
    for (const { form, pattern, becomes } of readings) {
      const view = viewOf(text, pattern, becomes);
      if (view === undefined) continue;
      for (const { index, length } of placesOf(plain, view.text, form)) {
        const start = view.origin(index);
        found.push({ index: start, length: view.origin(index + length - 1) + 1 - start, form });
      }
    }
    return withoutOverlaps(found);
  };
}

function placesOf(patterns: readonly RegExp[], text: string, form: string): SecretPlace[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(({ index, 0: match }) => ({ index, length: match.length, form })));
}

/** @returns undefined where the reading changes nothing. */
function viewOf(text: string, pattern: RegExp, becomes: (match: string) => string): View | undefined {
  const starts: number[] = [0];
  const origins: number[] = [0];
  const parts: string[] = [];
  let length = 0;
  let last = 0;
  for (const { index, 0: match } of text.matchAll(pattern)) {
    const replacement = becomes(match);
    parts.push(text.slice(last, index), replacement);
    length += index - last;
    starts.push(length);
    origins.push(index);
    length += replacement.length;
    last = index + match.length;
    starts.push(length);
    origins.push(last);
  }
  if (last === 0) return undefined;
  parts.push(text.slice(last));
  return { text: parts.join(''), origin: (index) => originOf(starts, origins, index) };
}

function originOf(starts: readonly number[], origins: readonly number[], index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return origins[low]! + index - starts[low]!;
}

function unescaped(match: string): string {
  const decimal = /^&#(\d+);$/.exec(match)?.[1];
  const code = decimal === undefined ? Number.parseInt(match.replaceAll(/[^\da-f]/gi, ''), 16) : Number(decimal);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : match;
}

/** Of places that overlap the first stays: what was read as it is comes before what had to be put together. */
function withoutOverlaps(places: readonly SecretPlace[]): readonly SecretPlace[] {
  const kept: SecretPlace[] = [];
  for (const place of places) {
    const isKnown = kept.some(({ index, length }) => index < place.index + place.length && place.index < index + length);
    if (!isKnown) kept.push(place);
    if (kept.length >= mostPlaces) break;
  }
  return kept.toSorted((one, other) => one.index - other.index);
}

/** More places of one text tell nothing more, and each is compared with all. */
const mostPlaces = 1000;
