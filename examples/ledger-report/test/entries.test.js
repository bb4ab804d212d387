import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEntries } from '../src/entries.js';

test('a line is a date, an account and an amount', () => {
  assert.deepEqual(readEntries('2026-11-05; Rent ;-950.00'), [{ year: 2026, month: 11, account: 'Rent', cents: -95_000 }]);
});

test('empty lines and remarks are left out', () => {
  assert.deepEqual(readEntries('\n# opening\n  \n2026-01-01;Sales;1\n').length, 1);
});

test('a line that is no entry is named', () => {
  assert.throws(() => readEntries('2026-01-01;Sales;1\nnonsense'), /Line 2 is no entry: nonsense/);
  assert.throws(() => readEntries('2026-01-01;Sales'), SyntaxError);
});
