import { expect, test } from 'vitest';
import { identify } from './case-ids.ts';

test('a name without end is cut, and two that differ behind that are still two', () => {
  const long = 'x'.repeat(1_000_000);
  const cases = identify(
    [`${long}1`, `${long}2`].map((name) => ({ names: [name], file: '/top/a.test.js', status: 'passed' })),
    '/top',
  );
  expect(cases.map(({ id }) => id.length)).toEqual([500, 504]);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(2);
});

test('a name that is none of Unicode can be written down', () => {
  const [only] = identify([{ names: ['half \ud83d'], status: 'passed' }], '/top');
  expect(only?.id.isWellFormed()).toBe(true);
});
