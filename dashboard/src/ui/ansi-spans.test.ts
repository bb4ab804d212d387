import { expect, test } from 'vitest';
import { ansiSpans } from './ansi-spans.ts';

const escape = '\u001b';

test('a line without colours is one piece', () => {
  expect(ansiSpans('plain <b>text</b>')).toEqual([{ text: 'plain <b>text</b>', look: '' }]);
  expect(ansiSpans('')).toEqual([]);
});

test('colours and weights hold until they are ended', () => {
  expect(ansiSpans(`${escape}[1;31mfailed${escape}[22m still red${escape}[0m plain`)).toEqual([
    { text: 'failed', look: 'text-bad font-semibold' },
    { text: ' still red', look: 'text-bad' },
    { text: ' plain', look: '' },
  ]);
  expect(ansiSpans(`${escape}[92mgreen${escape}[39m plain${escape}[4munder${escape}[m end`).map(({ look }) => look)).toEqual([
    'text-good',
    '',
    'underline',
    '',
  ]);
});

test.each([
  ['38;5;1', 'text-bad'],
  ['38;5;196', 'text-bad'],
  ['38;5;46', 'text-good'],
  ['38;5;236', 'text-muted'],
  ['38;5;250', 'text-ink'],
  ['38;2;20;30;250', 'text-info'],
  ['38;2;30;30;30', 'text-muted'],
  ['38;2;230;230;230', 'text-ink'],
  ['38:5:2', 'text-good'],
])('%s is shown in the nearest colour of the theme', (code, look) => {
  expect(ansiSpans(`${escape}[${code}mtext`)).toEqual([{ text: 'text', look }]);
});

test('grounds, inversion and hiding change nothing, also not what comes after them', () => {
  expect(ansiSpans(`${escape}[7;8;41;48;5;31;32mshown`)).toEqual([{ text: 'shown', look: 'text-good' }]);
  expect(ansiSpans(`${escape}[48;2;31;31;31mshown`)).toEqual([{ text: 'shown', look: '' }]);
});
