import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likeness, wordsOf } from './similarity.ts';

const discount = { title: 'applyDiscount rounds down', body: 'The discount of a cart is rounded down, so customers pay too much.' };

test('identifiers are taken apart, plurals are one with their singular, and words that every text has are left out', () => {
  expect(wordsOf('The parseHTTPHeaders of user_names')).toEqual(['parse', 'http', 'header', 'user', 'name']);
  expect(wordsOf('which status is this class')).toEqual(['status', 'class']);
});

test('where words have no spaces between them, pairs of characters stand for them', () => {
  expect(wordsOf('割引計算 wrong')).toEqual(['wrong', '割引', '引計', '計算']);
  const [same, other] = likeness({ title: '割引の計算が間違っている', body: '' }, [
    { title: '割引の計算がおかしい', body: '' },
    { title: 'ログイン画面が開かない', body: '' },
  ]);
  expect(same).toBeGreaterThan(0.3);
  expect(other).toBeLessThan(0.2);
});

test('the same text is as like as can be, one about something else is not', () => {
  const [same, alike, else_] = likeness(discount, [
    discount,
    { title: 'Discounts are rounded the wrong way', body: 'applyDiscount() of the cart rounds up.' },
    { title: 'Dark mode', body: 'The settings page should offer a dark mode that follows the system.' },
  ]);
  expect(same).toBe(1);
  expect(alike).toBeGreaterThan(0.3);
  expect(alike).toBeLessThan(1);
  expect(else_).toBe(0);
});

test('a word that few have says more than one that all have', () => {
  const of = (title: string) => ({ title, body: '' });
  const others = ['Fix tests', 'Fix tests of the parser', 'Fix tests of login', 'Fix tests of search', 'Tokenizer crashes'].map(of);
  const [common, , , , rare] = likeness(of('Fix tests of the tokenizer'), others);
  expect(rare).toBeGreaterThan(0.2);
  expect(common).toBeGreaterThan(0);
  const [one] = likeness(of('Fix the tokenizer'), [of('Fix the tokenizer')]);
  expect(one).toBe(1);
});

test('likeness lies between 0 and 1, is the same both ways, and is 1 for whatever has words, whatever it is', () => {
  const text = fc.record({ title: fc.string({ maxLength: 60 }), body: fc.string({ maxLength: 200 }) });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [there = -1] = likeness(one, [other]);
      const [back = -1] = likeness(other, [one]);
      expect(there).toBeGreaterThanOrEqual(0);
      expect(there).toBeLessThanOrEqual(1);
      expect(back).toBeCloseTo(there, 3);
      const words = wordsOf(one.title).length + wordsOf(one.body).length;
      expect(likeness(one, [one])).toEqual([words === 0 ? 0 : 1]);
    }),
  );
});

test('five hundred long texts are compared within a moment', () => {
  const long = { title: 'A long one', body: 'words of many kinds '.repeat(400) };
  const begun = performance.now();
  likeness(
    long,
    Array.from({ length: 500 }, () => long),
  );
  expect(performance.now() - begun).toBeLessThan(2_000);
});
