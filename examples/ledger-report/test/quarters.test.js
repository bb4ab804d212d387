import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byQuarter, quarterOf } from '../src/quarters.js';

test('the first months of a quarter lie in it', () => {
  assert.equal(quarterOf(1), 1);
  assert.equal(quarterOf(4), 2);
  assert.equal(quarterOf(5), 2);
  assert.equal(quarterOf(8), 3);
  assert.equal(quarterOf(10), 4);
});

test('the last month of a quarter lies in it', () => {
  assert.equal(quarterOf(3), 1);
  assert.equal(quarterOf(6), 2);
  assert.equal(quarterOf(9), 3);
  assert.equal(quarterOf(12), 4);
});

test('what is no month is refused', () => {
  for (const wrong of [0, 13, 1.5, Number.NaN]) assert.throws(() => quarterOf(wrong), /no month/);
});

test('entries are grouped in the order of time', () => {
  const entry = (year, month) => ({ year, month, account: 'Sales', cents: 100 });
  const groups = byQuarter([entry(2026, 4), entry(2025, 10), entry(2026, 1), entry(2026, 2)]);
  assert.deepEqual(
    groups.map(([name, entries]) => [name, entries.length]),
    [
      ['2025 Q4', 1],
      ['2026 Q1', 2],
      ['2026 Q2', 1],
    ],
  );
});
