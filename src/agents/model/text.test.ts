import { expect, test } from 'vitest';
import { cut, cutMiddle, line, readable, seen } from './text.ts';

test.each([
  ['colours and titles of a terminal', '\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}end', 'red end'],
  ['carriage returns', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['what is unseen', 'a\u{200b}b\u{202e}c\u{e0041}\u{fe0f}\u{feff}', String.raw`a\u{200b}b\u{202e}c\u{e0041}\u{fe0f}\u{feff}`],
  ['half a character', 'a\ud800b', String.raw`a\u{d800}b`],
  ['what every language writes', 'tab\tñ é 漢字 עברית 👍', 'tab\tñ é 漢字 עברית 👍'],
])('what tools show is readable: %s', (_, text, shown) => {
  expect(readable(text)).toBe(shown);
});

test('untrusted text keeps its comments and loses what is unseen', () => {
  expect(seen('<!-- a\u{200b}b --> c <!-- d\u{e0041}')).toBe('<!-- ab --> c <!-- d');
});

test('what is cut says so', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdef', 4)).toBe('abcd\n[2 more characters]');
  expect(cutMiddle('abcdef', 4)).toBe('ab\n[2 characters left out]\nef');
  expect(line(' one\n two\u{7} ')).toBe(String.raw`one two\u{7}`);
  expect(line('x'.repeat(300))).toHaveLength(200);
});
