import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workdays } from '../src/workdays.js';

test('a week has five, both ends included', () => {
  assert.equal(workdays('2026-03-02', '2026-03-08'), 5);
  assert.equal(workdays('2026-03-02', '2026-03-02'), 1);
  assert.equal(workdays('2026-03-07', '2026-03-08'), 0);
});

test('months, years and leap days go by without notice', () => {
  assert.equal(workdays('2024-02-28', '2024-03-01'), 3);
  assert.equal(workdays('2025-12-29', '2026-01-04'), 5);
  assert.equal(workdays('1969-12-29', '1970-01-02'), 5);
});

test('what is no date, or goes backwards, is refused', () => {
  for (const [from, to] of [
    ['2026-02-30', '2026-03-01'],
    ['yesterday', '2026-03-01'],
    ['2026-03-02', '2026-03-01'],
  ])
    assert.throws(() => workdays(from, to), RangeError);
});
