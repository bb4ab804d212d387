import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCents, parseCents } from '../src/amounts.js';

test('amounts are read into cents', () => {
  assert.equal(parseCents('12'), 1200);
  assert.equal(parseCents('12.5'), 1250);
  assert.equal(parseCents(' -0.07 '), -7);
  assert.equal(parseCents('1,250.05'), 125_005);
  assert.equal(parseCents('1,000,000'), 100_000_000);
});

test('what is no amount is refused', () => {
  for (const wrong of ['', 'ten', '1,25', '1.234', '--1', '1 000']) assert.throws(() => parseCents(wrong), TypeError);
});

test('cents are written with two digits', () => {
  assert.equal(formatCents(125_005), '1250.05');
  assert.equal(formatCents(-7), '-0.07');
  assert.equal(formatCents(0), '0.00');
});
