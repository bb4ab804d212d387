import { expect, test } from 'vitest';
import { focusOn } from './focus.ts';

const tests = [
  { file: 'test/quarters.test.js', name: 'the last month of a quarter lies in it' },
  { file: 'test/quarters.test.js', name: 'there are four' },
  { file: 'test/totals.test.js', name: 'sums > of nothing' },
];

test('a title that names a file means the tests of that file', () => {
  expect(focusOn(tests, '`largest()` in `src/totals.js` is wrong', '').map(({ file }) => file)).toEqual(['test/totals.test.js']);
});

test('a title that names nothing leaves the choice to the text', () => {
  expect(focusOn(tests, 'Wrong report', 'See quarters: March is late.')).toHaveLength(2);
});

test('where neither names anything, and where both are named alike, every failing test counts', () => {
  expect(focusOn(tests, 'It is broken', 'Please mend it.')).toHaveLength(3);
  expect(focusOn(tests, 'quarters and totals', '')).toHaveLength(3);
});
