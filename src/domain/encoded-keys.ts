import { keyShapes } from './redact.ts';

/** A key that stands in a text under an encoding. */
export interface EncodedKey {
  /** The name of its shape, such as `github-token`. */
  readonly rule: string;
  /** Where the encoded text begins, in characters. */
  readonly index: number;
  /** Of the encoded text. */
  readonly length: number;
  readonly encoding: 'base64' | 'hexadecimal';
}

/** What is shorter holds no key of a shape that is known; what is longer is looked at up to here. In characters. */
const shortest = 24;
const longest = 20_000;

/** A text over several lines, as tools wrap it, is one. */
const base64 = /[A-Za-z\d+/_-]{4}(?:[A-Za-z\d+/_-]|\r?\n[ \t]{0,40}(?=[A-Za-z\d+/])){20,}={0,2}/g;
const hexadecimal = /(?<![\dA-Fa-f])(?:[\dA-Fa-f]{2}){12,}(?![\dA-Fa-f])/g;

const shapes = keyShapes.map(({ name, pattern }) => ({ name, pattern: new RegExp(pattern) }));

/** Keys in the shapes of their makers that somebody has encoded; those that stand there as they are are found elsewhere. */
export function encodedKeys(text: string): readonly EncodedKey[] {
  return [...decoded(text, base64, 'base64'), ...decoded(text, hexadecimal, 'hexadecimal')];
}

function decoded(text: string, runs: RegExp, encoding: EncodedKey['encoding']): readonly EncodedKey[] {
  return [...text.matchAll(runs)].flatMap(({ index, 0: run }) => {
    const whole = run.slice(0, longest).replaceAll(/\s+/g, '');
    if (whole.length < shortest) return [];
    const rule = encoding === 'base64' ? shapeIn(...inBase64(whole)) : shapeIn(Buffer.from(whole, 'hex').toString('latin1'));
    return rule === undefined ? [] : [{ rule, index, length: run.length, encoding }];
  });
}

/** A longer run of letters may begin before the encoded text does: each of the four ways to divide it is read. */
function inBase64(run: string): readonly string[] {
  const plain = run.replaceAll('-', '+').replaceAll('_', '/');
  return [0, 1, 2, 3].map((skipped) => Buffer.from(plain.slice(skipped), 'base64').toString('latin1'));
}

function shapeIn(...texts: readonly string[]): string | undefined {
  return shapes.find(({ pattern }) => texts.some((text) => pattern.test(text)))?.name;
}
