import { expect, test } from 'vitest';
import { languageOf } from './languages.ts';

test.each([
  ['src/app.ts', 'typescript'],
  ['App.TSX', 'tsx'],
  ['a/Dockerfile', 'docker'],
  ['Gemfile', 'ruby'],
  ['notes.txt', 'text'],
  ['LICENSE', 'text'],
  ['a.ts/readme', 'text'],
  ['.eslintrc.json', 'json'],
] as const)('%s is coloured as %s', (path, language) => expect(languageOf(path)).toBe(language));
