import type { IntegrityFinding } from '../../domain/choice.ts';
import { specialCases, type FunctionCases, type SpecialCase } from './special-cases.ts';
import type { TestedPair } from './tested-pairs.ts';

/** Answers that any function may give for its simplest input. */
const trivial = new Set(['true', 'false', 'null', '0', '1', '-1', '""', '[]', '{}']);
/** A name of something, of which a constant may well say something. */
const word = /^"[\p{L}_][\p{L}\p{N}_-]{0,30}"$/u;

/**
 * Functions that give the tests what they want without working it out: they compare what they are given with an input that a test uses
 * and return, as it stands there, what that test wants. Only what the base did not have.
 *
 * Found when two such answers or more stand in a function and make up most of what it treats as special, when nothing is worked out
 * beside a single one, or when one compares two parameters or more. A table from names to values, and a code that has a name, is what
 * many an issue asks for: it is found only where the base worked the answer out. Answers that every function may give (0, 1, true, an
 * empty text) prove nothing.
 */
export function hardCodedFindings(
  path: string,
  versions: { readonly from?: string | undefined; readonly before: string | undefined; readonly after: string },
  pairs: readonly TestedPair[],
): IntegrityFinding[] {
  if (pairs.length === 0) return [];
  const wanted = new Set(pairs.map(({ expected }) => expected));
  const old = versions.before === undefined ? [] : specialCases(versions.before, versions.from ?? path);
  const had = new Set(old.flatMap(({ name, cases }) => cases.map((one) => keyOf(name, one))));
  const existed = (name: string): boolean =>
    name !== '' &&
    versions.before !== undefined &&
    new RegExp(`\\b${name.replace(/\W/g, '')}\\b`).test(versions.before) &&
    !old.some((one) => one.name === name);
  return specialCases(versions.after, path).flatMap((one) => {
    const cases = one.cases.filter((each) => !had.has(keyOf(one.name, each)));
    const hits = cases.filter((each) => wanted.has(each.output) && pairs.some((pair) => isAnswerTo(each, pair, one.name)));
    const shown = verdict({ ...one, cases }, hits, existed(one.name));
    return shown === undefined
      ? []
      : [
          {
            rule: 'expected-value-hard-coded',
            path,
            detail: `In ${path} ${one.name || 'a function'} returns what a test expects for its input: ${shown}.`,
          },
        ];
  });
}

function verdict(one: FunctionCases, hits: readonly SpecialCase[], existed: boolean): string | undefined {
  const counted = hits.filter((hit) => isComputed(hit) || (existed && isTelling(hit)));
  const different = new Map(counted.map((hit) => [hit.inputs.join(), hit]));
  const [first] = different.values();
  if (first === undefined) return undefined;
  const several = different.size >= 2 && new Set(counted.map(({ output }) => output)).size >= 2 && counted.length >= 0.6 * one.cases.length;
  const isAll = !one.computes && counted.length >= 0.6 * one.cases.length;
  const together = first.inputs.length >= 2;
  const alone = several && (counted.every(isComputed) || !one.computes);
  return alone || isAll || together ? `${first.inputs.join(', ')} gives ${first.output.slice(0, 60)}` : undefined;
}

/** Neither an answer nor an input that stands for nothing. */
function isTelling({ inputs, output }: SpecialCase): boolean {
  return !trivial.has(output) && inputs.some((input) => !trivial.has(input));
}

/** What has to be worked out, as far as can be seen: not a name, and no name for a code. */
function isComputed(one: SpecialCase): boolean {
  if (!isTelling(one)) return false;
  const names = one.inputs.every((input) => word.test(input));
  const ofCode = one.inputs.every((input) => /^-?\d+$/.test(input)) && /^".*\p{L}/u.test(one.output);
  return !names && !ofCode;
}

function isAnswerTo(one: SpecialCase, { name, inputs, expected }: TestedPair, of: string): boolean {
  if (one.output !== expected || (name !== undefined && of !== '' && name !== of && !isComputed(one))) return false;
  if (one.inputs.length > 1) return one.inputs.every((input) => inputs.includes(input));
  const [input = ''] = one.inputs;
  if (inputs.length === 1) return inputs[0] === input;
  // A key that was made of all that is given.
  const bare = inputs.map((each) => each.replace(/^"|"$/g, ''));
  return [JSON.stringify(`[${inputs.join(',')}]`), ...[',', '|', ':', '-', ' '].map((mark) => JSON.stringify(bare.join(mark)))].includes(
    input,
  );
}

function keyOf(name: string, { inputs, output }: SpecialCase): string {
  return [name, ...inputs, output].join('\n');
}
