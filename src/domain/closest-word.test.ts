import fc from 'fast-check';
import { expect, it } from 'vitest';
import { closestWord } from './closest-word.ts';

it('finds the word that was meant, by the fewest letters that are wrong', () => {
  const words = ['worlds.count', 'worlds.parallel', 'budget.issueUsd'];
  expect(closestWord('worlds.cuont', words)).toBe('worlds.count');
  expect(closestWord('World.Count', words)).toBe('worlds.count');
  expect(closestWord('budget.issueusd', words)).toBe('budget.issueUsd');
  expect(closestWord('xyz', words)).toBeUndefined();
  expect(closestWord('', words)).toBeUndefined();
});

it('a word that is known is its own closest', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), (words) => closestWord(words[0]!, [words[0]!]) === words[0]),
  );
});
