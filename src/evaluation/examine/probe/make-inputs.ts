import fc, { type Arbitrary } from 'fast-check';
import type { Told } from '../../../domain/examination.ts';
import { type Example, notLiteral } from './examples.ts';
import { canBeMade, type Kind, together } from './kinds.ts';
import { mutantsOf } from './mutants.ts';
import { callbacks, tell, Untellable } from './told.ts';

/** What inputs are made of. */
export interface InputSource {
  readonly kinds: readonly Kind[];
  /** Calls that somebody wrote, which have every argument. */
  readonly examples: readonly Example[];
  /** Numbers and strings of the code and of its tests. */
  readonly numbers: readonly number[];
  readonly strings: readonly string[];
  /** Somebody speaks of NaN or of infinity: only then they are tried. */
  readonly speaksOfNaN: boolean;
  readonly count: number;
  readonly seed: number;
}

const sizes = [1, 3, 6, 12] as const;
const plainStrings = [
  '',
  'a',
  'b',
  'ab',
  'aa',
  'A',
  ' ',
  '0',
  '-1',
  'a b',
  'Ab',
  'abc',
  'é',
  'e\u0301',
  'ß',
  '😀',
  'a😀b',
  '\n',
  'a,b',
  'aba',
];
const plainNumbers = [0, 1, -1, 2, 3, -2, 10, 100];

/**
 * Lists of arguments, none twice, simplest first: calls that somebody wrote, the same with one small thing changed, values at the edges,
 * and made-up ones of growing size. The same for the same source.
 */
export function makeInputs(source: InputSource): readonly Told[] {
  const { count, seed, examples } = source;
  const inputs = new Map<Told, number>();
  const add = (most: number, candidates: Iterable<readonly unknown[]>): void => {
    let added = 0;
    for (const candidate of candidates) {
      if (added >= most || inputs.size >= count) return;
      const told = toldOrNot(candidate);
      if (told === undefined || inputs.has(told)) continue;
      inputs.set(told, inputs.size);
      added += 1;
    }
  };
  add(
    count / 10,
    examples.filter((example) => !example.includes(notLiteral)),
  );
  add(count / 3, inTurns(examples.filter((example) => !example.includes(notLiteral)).map(mutatedCalls)));
  for (const [index, size] of sizes.entries()) {
    const all = fc.tuple(...source.kinds.map((kind) => arbitraryOf(kind, source, size)));
    const wanted = Math.ceil((count - inputs.size) / (sizes.length - index));
    add(wanted, fc.sample(all, { numRuns: wanted * 3, seed: seed + index }));
  }
  return [...inputs.keys()].toSorted((one, other) => one.length - other.length || (inputs.get(one) ?? 0) - (inputs.get(other) ?? 0));
}

function toldOrNot(values: readonly unknown[]): Told | undefined {
  try {
    return tell(values);
  } catch (error) {
    if (error instanceof Untellable) return undefined;
    throw error;
  }
}

/** One of each, then the next of each. */
function* inTurns<Value>(rows: readonly (readonly Value[])[]): Generator<Value> {
  const longest = Math.max(0, ...rows.map((row) => row.length));
  for (let index = 0; index < longest; index += 1) {
    for (const row of rows) {
      const value = row[index];
      if (value !== undefined) yield value;
    }
  }
}

function mutatedCalls(example: Example): Example[] {
  return example.flatMap((value, index) => mutantsOf(value).map((each) => example.with(index, each)));
}

function arbitraryOf(kind: Kind, source: InputSource, size: number): Arbitrary<unknown> {
  const inner = (each: Kind): Arbitrary<unknown> => arbitraryOf(each, source, size);
  switch (kind.of) {
    case 'number':
      return numbers(kind.isWhole, source, size);
    case 'string':
      return strings(source, size);
    case 'boolean':
      return fc.boolean();
    case 'bigint':
      return fc.bigInt({ min: BigInt(-(size ** 2)), max: BigInt(size ** 2) });
    case 'null':
      return fc.constant(null);
    case 'undefined':
    case 'unknown':
      return fc.constant(undefined);
    case 'literal':
      return fc.constant(kind.value);
    case 'Date':
      return fc.constantFrom(0, 951_782_400_000, 1_704_067_199_000, -1, 86_399_999).map((time) => new Date(time));
    case 'RegExp':
      return fc.constantFrom('a', '^a', '\\d+', '[A-Z]', '').map((pattern) => new RegExp(pattern));
    case 'callback':
      return fc.constantFrom(...Object.values(callbacks));
    case 'list':
      return lists(inner(kind.item), size);
    case 'Set':
      return lists(inner(kind.item), size).map((items) => new Set(items));
    case 'tuple':
      return fc.tuple(...kind.items.map(inner));
    case 'record':
      return records(kind.members, inner);
    case 'dictionary':
      return fc.dictionary(keys(source), inner(kind.value), { maxKeys: Math.min(size, 5) }).map((made) => ({ ...made }));
    case 'Map':
      return lists(fc.tuple(inner(kind.key), inner(kind.value)), Math.min(size, 5)).map((entries) => new Map(entries));
    case 'union':
      return fc.oneof(...kind.kinds.filter(canBeMade).map(inner));
  }
}

function numbers(isWhole: boolean, { numbers: known, speaksOfNaN }: InputSource, size: number): Arbitrary<number> {
  const near = known.flatMap((each) => [each, each - 1, each + 1]).filter((each) => !isWhole || Number.isInteger(each));
  const odd = speaksOfNaN ? [Number.NaN, Infinity, -Infinity] : [];
  const few = fc.integer({ min: -size, max: size + 2 });
  return fc.oneof(
    { weight: 4, arbitrary: few },
    { weight: 2, arbitrary: fc.constantFrom(...plainNumbers, ...odd) },
    ...(near.length === 0 ? [] : [{ weight: 3, arbitrary: fc.constantFrom(...near) }]),
    { weight: 1, arbitrary: fc.integer({ min: -(10 ** Math.min(size, 6)), max: 10 ** Math.min(size, 6) }) },
    ...(isWhole ? [] : [{ weight: 2, arbitrary: fc.integer({ min: -10 * size, max: 40 * size }).map((each) => each / 4) }]),
    ...(isWhole ? [] : [{ weight: 1, arbitrary: fc.integer({ min: -10 * size, max: 100 * size }).map((each) => each / 100) }]),
  );
}

/** Strings of characters that others were written with: brackets for what matches brackets. */
function strings({ strings: known }: InputSource, size: number): Arbitrary<string> {
  const alphabet = [...new Set(known.join(''))].slice(0, 40);
  const characters = alphabet.length === 0 ? ['a', 'b', 'A', ' ', '1', '-', 'é'] : alphabet;
  const made = fc.array(fc.constantFrom(...characters), { maxLength: size }).map((each) => each.join(''));
  const few = fc.array(fc.constantFrom(...characters.slice(0, 3)), { maxLength: size }).map((each) => each.join(''));
  const mutants = known.slice(0, 20).flatMap((each) => mutantsOf(each).filter((mutant) => typeof mutant === 'string'));
  return fc.oneof(
    { weight: 3, arbitrary: made },
    { weight: 2, arbitrary: few },
    { weight: 2, arbitrary: fc.constantFrom(...plainStrings) },
    ...(known.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...known) }]),
    ...(mutants.length === 0 ? [] : [{ weight: 2, arbitrary: fc.constantFrom(...mutants) }]),
  );
}

function keys(source: InputSource): Arbitrary<string> {
  const known = source.strings.filter((each) => /^[\w-]{1,20}$/.test(each) && each !== '__proto__');
  return fc.constantFrom('a', 'b', 'c', ...known.slice(0, 10));
}

/** Among them sorted ones, and ones with the same item twice. */
function lists<Item>(item: Arbitrary<Item>, size: number): Arbitrary<Item[]> {
  return fc.tuple(fc.array(item, { maxLength: size }), fc.nat({ max: 5 })).map(([made, form]) => {
    if (form === 0) return [...made, ...made.slice(0, 1)];
    if (form === 1) return made.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0));
    return made;
  });
}

function records(members: Extract<Kind, { of: 'record' }>['members'], inner: (kind: Kind) => Arbitrary<unknown>): Arbitrary<unknown> {
  const makeable = members.filter(({ kind }) => canBeMade(kind));
  const model = Object.fromEntries(makeable.map(({ key, kind }) => [key, inner(together([kind]))]));
  const requiredKeys = makeable.filter(({ isOptional }) => !isOptional).map(({ key }) => key);
  return fc.record(model, { requiredKeys, noNullPrototype: true });
}
