import { expect, test } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { conceptsIn, isConcept, plainStem } from './concepts.ts';
import { askedNames, askedWords, searchedText } from './searched-words.ts';

test('identifiers are taken apart, each word is asked for once, and words that every text has are left out', () => {
  expect(askedWords('The parseHTTPHeaders of user_names, and Names')).toEqual([
    'parsehttpheaders',
    'parse',
    'http',
    'headers',
    'user_names',
    'user',
    'names',
  ]);
  expect(askedWords('which 12 of _ a is this, 404')).toEqual([]);
  expect(searchedText('call parseHTTPHeaders now')).toBe('call parseHTTPHeaders parse HTTP Headers now');
});

test('where words have no spaces between them, pairs of characters stand for them', () => {
  expect(askedWords('割引計算 wrong')).toEqual(['割引', '引計', '計算', 'wrong']);
  expect(searchedText('割引計算')).toBe(' 割引 引計 計算 ');
});

test('names are what is written as code is: identifiers, paths, files', () => {
  expect(askedNames('In src/cart/total.ts the call Cart.total() of addItem fails, e.g. for user_id v2 or 割引計算 and cart')).toEqual([
    'src/cart/total.ts',
    'cart.total',
    'additem',
    'user_id',
    '割引計算',
  ]);
});

test('who tells of the same in other words tells of the same concepts', () => {
  expect(conceptsIn('I was signed out')).toEqual(conceptsIn('thrown out'));
  expect(conceptsIn('Freezes after signing in')).toEqual([...conceptsIn('it hangs'), 'qqlate', ...conceptsIn('login')]);
  expect(conceptsIn('xyz')).toEqual([]);
  expect(conceptsIn('crash').every(isConcept)).toBe(true);
  expect(['rounds', 'rounded', 'rounding'].map(plainStem)).toEqual(['round', 'round', 'round']);
});

test('long and hostile texts take no time', () => {
  for (const part of ['aB', 'a_', 'a.', 'a/', '割', 'A', 'a->', '::', ' a']) {
    const text = part.repeat(50_000);
    const took = processorMs(() => {
      askedWords(text);
      askedNames(text);
      searchedText(text);
      conceptsIn(text);
    });
    expect(took, part).toBeLessThan(1_500);
  }
});
