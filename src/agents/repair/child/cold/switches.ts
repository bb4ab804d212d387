import { type ParsedSource, parseSource } from '../edits/parse.ts';
import { applyEdits, type TextEdit } from '../edits/text.ts';
import { differenceOf, type Place, placeOf } from './switchable.ts';

/** Name of the function that tells which of several candidates is meant, by its number; undefined for none of them. */
export const pickName = '__miyabiPick__';

/** A candidate's text in place of another at one place of a file. */
export interface Variant {
  readonly pick: number;
  readonly place: Place;
  readonly text: string;
}

/** No valid syntax: nothing of the file could be run. */
export const invalid = 'invalid';

/**
 * What a candidate changes in a file.
 *
 * @returns undefined where no condition can stand between its text and the file's own.
 */
export function variantOf(source: ParsedSource, pick: number, changed: string): Variant | typeof invalid | undefined {
  const after = parseSource(source.path, changed);
  if (after === undefined) return invalid;
  const difference = differenceOf(source.text, changed);
  const place = placeOf(source.tree, after.tree, difference);
  return place === undefined ? undefined : { pick, place, text: changed.slice(place.start, place.end + difference.longer) };
}

/** One text that does what each of the candidates does where that one is meant, and what the file does where none is (mutant schemata). */
export function withSwitches(source: ParsedSource, variants: readonly Variant[]): string {
  const places = [...Map.groupBy(variants, ({ place }) => `${place.kind} ${place.start} ${place.end}`).values()];
  const wrapped = places.flatMap((own) => (own[0] === undefined ? [] : [{ place: own[0].place, variants: own }]));
  const outerFirst = wrapped.toSorted((one, other) => one.place.depth - other.place.depth);
  // Of what begins at one point the outer stands first, of what ends there the inner; and what ends stands before what begins.
  const endings = outerFirst.toReversed().map(({ place }) => insertion(place.end, place.kind === 'expression' ? '))' : '}'));
  const beginnings = outerFirst.map((each) => insertion(each.place.start, opening(each.place, each.variants)));
  return applyEdits(source.text, [...endings, ...beginnings]);
}

function opening({ kind }: Place, variants: readonly Variant[]): string {
  const meant = (pick: number) => `${pickName}()===${pick}`;
  if (kind === 'expression') return `(${variants.map(({ pick, text }) => `${meant(pick)}?(${text}):`).join('')}(`;
  // A block can end in a comment of one line.
  return `${variants.map(({ pick, text }) => `if(${meant(pick)}){${text}\n}else `).join('')}{`;
}

function insertion(at: number, text: string): TextEdit {
  return { start: at, end: at, text };
}
