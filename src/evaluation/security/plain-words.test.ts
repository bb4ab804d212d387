import { expect, test } from 'vitest';
import { addsPlainWords, isPlain } from './plain-words.ts';

const readme = { path: 'README.md', before: '# A project\n', isTest: false };

test.each([
  ['a line of words', { ...readme, after: '# A project\n\nIt adds numbers (1, 2 and 3).\n' }, true],
  ['what was there before is not asked about', { ...readme, before: 'token=é\n', after: 'token=é\nMore words.\n' }, true],
  ['a program', { ...readme, path: 'src/add.js', after: 'export const one = 1;\n' }, false],
  ['a name that hides something', { ...readme, path: 'a\u202etxt.md', after: 'words\n' }, false],
  ['a letter that looks like another', { ...readme, after: 'раypal\n' }, false],
  ['a key', { ...readme, after: 'AKIAIOSFODNN7EXAMPLE1\n' }, false],
  ['a short password in an address', { ...readme, after: 'postgres://me:pw@db/x\n' }, false],
  ['a word that speaks of a secret', { ...readme, after: 'password: hunter2\n' }, false],
  ['a line nobody reads', { ...readme, after: `${'word '.repeat(120)}\n` }, false],
])('%s', (_, file, plain) => {
  expect(addsPlainWords(file)).toBe(plain);
});

test('a control character is no word', () => {
  expect(isPlain('bell \u0007')).toBe(false);
  expect(isPlain('')).toBe(true);
});
