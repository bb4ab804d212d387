import type { LookFile } from './steps.ts';

/** Files that hold words to people, and nothing that a program reads. */
const ofWords = /\.(?:md|txt|rst)$/i;

/** A line in which a secret could stand: a long word with a digit, an address, a name that speaks of one. */
const telling = /(?=[\w+/=-]{0,200}\d)[\w+/=-]{15,}|:\/\/|-----|secret|token|passw|pwd|key|auth|credential/i;

/** Longer lines are no words. */
const longestLine = 500;

/** Whether a text is plain English on lines of a usual length in which nothing can hide: no analysis would find anything in it. */
export function isPlain(text: string): boolean {
  return /^[\t\n\r\x20-\x7e]*$/.test(text) && text.split('\n').every((line) => line.length <= longestLine && !telling.test(line));
}

/** Whether what a change adds to a file are plain words to people. */
export function addsPlainWords({ path, from = path, before = '', after = '' }: LookFile): boolean {
  if (!ofWords.test(path) || !isPlain(path) || !isPlain(from)) return false;
  const known = new Set(before.split('\n'));
  return isPlain(
    after
      .split('\n')
      .filter((line) => !known.has(line))
      .join('\n'),
  );
}
